"""What rooms above may want to hear of."""

from django.dispatch import Signal

# A need has an answer, or one that had an answer took another in. Sent inside the transaction with `head` (the need that is
# followed up), `step` (the answer), `needs` (those whose voices are to be told: the head and what is merged into it, or what was
# taken in just now) and `by`. Whoever entered them is told by the rooms that know why they did; a receiver answers with the primary keys
# of the needs whose learner knows now.
need_answered = Signal()

# A page of a record asks where it comes from: kind, record, programme_code. Receivers answer with pairs (words, address).
origins_asked = Signal()
