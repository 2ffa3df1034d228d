"""What people announces to the rooms above."""

from django.dispatch import Signal

# purpose, target_code, person; sent inside the accepting transaction
invitation_accepted = Signal()
