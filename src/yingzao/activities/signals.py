"""What activities announces to the rooms above."""

from django.dispatch import Signal

# version: Version, by: Person; inside the submitting transaction
version_submitted = Signal()

# video: Video, by: Person, removed: bool; inside the transaction that changed what it is or how long it is
video_changed = Signal()
