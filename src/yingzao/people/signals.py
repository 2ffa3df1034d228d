"""What people announces to the rooms above."""

from django.dispatch import Signal

# purpose, target_code, person; sent inside the accepting transaction. A receiver may raise Refused: nothing is written.
invitation_accepted = Signal()

# by, person, organisation; before a link to set a new password is made. A receiver that knows of a tie of the person
# to another organisation (a role there) raises Refused: nobody takes over an account that acts for somebody else.
reset_link_asked = Signal()

# person, session_keys; sent inside the transaction in which somebody signs out or is signed out. None: of every session.
signed_out = Signal()
