"""What programmes announces to the rooms above. Each is sent inside the transaction that made the change."""

from django.dispatch import Signal

# source: Programme, target: Programme, shift: timedelta (whole days), by: Person
edition_made = Signal()
# programme: Programme, template: str (the template's key), by: Person; the stages are made already
template_applied = Signal()
# stage: Stage, by: Person
stage_opened = Signal()
stage_closed = Signal()
