"""What activities announces to the rooms above."""

from django.dispatch import Signal

# version: Version, by: Person; inside the submitting transaction
version_submitted = Signal()
