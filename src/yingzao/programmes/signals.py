"""What programmes announces to the rooms above."""

from django.dispatch import Signal

# source: Programme, target: Programme, shift: timedelta, by: Person; inside the copying transaction
edition_made = Signal()
# stage: Stage, by: Person; inside the transaction
stage_opened = Signal()
stage_closed = Signal()
