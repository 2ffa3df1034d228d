"""What visits announces to the rooms above."""

from django.dispatch import Signal

# photo: FieldFile, by: Person or None; inside the transaction after which it may not be published any more
photo_withdrawn = Signal()
