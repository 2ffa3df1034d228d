"""What activities announces to the rooms above."""

from django.dispatch import Signal

# version: Version, by: Person; inside the submitting transaction
version_submitted = Signal()

# activity, person; whoever receives it answers with links for the activity's page on the desk: [(word, address, icon)]
desk_links_asked = Signal()

# video: Video, by: Person, removed: bool; inside the transaction that changed what it is or how long it is
video_changed = Signal()
