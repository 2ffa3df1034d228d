"""What people announces to the rooms above."""

from django.dispatch import Signal

# purpose, target_code, person; sent inside the accepting transaction. A receiver may raise Refused: nothing is written.
invitation_accepted = Signal()
