"""What stories announces to its own upper half."""

from django.dispatch import Signal

# story, now; inside the transaction in which a name was masked in what everyone may read
told_otherwise = Signal()
