"""What enrolment announces to the rooms above."""

from django.dispatch import Signal

# programme, enrolments: list[Enrolment]; inside the writing transaction
enrolments_changed = Signal()
# match: IdentityMatch, decision: IdentityDecision, by; inside the deciding transaction
match_decided = Signal()
# match, decision (now undone), by; inside the transaction
match_undone = Signal()
# source_file, by; inside the transaction
source_undone = Signal()
