"""Learners of a programme, the files that told of them, and who is who in those files."""

import re
import unicodedata

from django.db import models

from yingzao.communities.models import Community
from yingzao.core.erasing import NameField
from yingzao.core.models import StoredFile
from yingzao.enrolment.enums import EnrolmentState, Outcome, RegistrationState, SourcePurpose, SourceState
from yingzao.people.models import Owned, Person, PrivacyNotice
from yingzao.programmes.models import Programme, StaffRole


class Team(Owned):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=60)
    mentor = models.ForeignKey(
        StaffRole, null=True, blank=True, on_delete=models.SET_NULL, related_name="teams"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="one_team_a_name")]


def number_key(number: str) -> str:
    """By what learner numbers are ordered: 2 before 10, A2 before A10. Each run of digits stands behind its length."""
    text = unicodedata.normalize("NFKC", number).strip().lower()
    return re.sub(r"[0-9]+", lambda run: f"{len(run[0].lstrip('0')):02d}{run[0].lstrip('0')}", text)


class NumberKeyField(models.CharField):
    """The key of the row's number, set whenever a row is written whole, also in bulk."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = number_key(model_instance.number)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


class Enrolment(Owned):
    """A person in a programme as learner. Withdrawn or transferred, never deleted.

    Name, phone and community stand here as given: an account belongs to its person and is never changed by an import.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="enrolments")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments"
    )
    number = models.CharField(max_length=20)  # 学号, unique in the programme
    number_key = NumberKeyField(max_length=60, editable=False)
    name = NameField(max_length=60)
    phone = models.CharField(max_length=20, blank=True)  # 11 digits, as given
    sex = models.CharField(max_length=10, blank=True)
    community_as_given = models.CharField(max_length=60, blank=True)
    community = models.ForeignKey(
        Community, null=True, blank=True, on_delete=models.SET_NULL, related_name="learners"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="learners")
    post = models.CharField(max_length=60, blank=True)  # 职务
    note = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)
    state_reason = models.CharField(max_length=200, blank=True)
    state_changed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    pinyin = models.CharField(max_length=200, editable=False, db_index=True)

    class Meta:
        ordering = ["number_key", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="one_number_a_learner"),
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=models.Q(person__isnull=False),
                name="one_enrolment_a_person",
            ),
        ]

    @property
    def community_name(self) -> str:
        return self.community.name if self.community else self.community_as_given


class RegistrationLink(Owned):
    """自主报名: the one link of a programme by which people put themselves down. It is put up in public, so it stands in clear."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="registration_link")
    token = models.CharField(max_length=24, unique=True)
    is_open = models.BooleanField(default=False)
    open_until = models.DateField(null=True, blank=True)  # the last day, whole
    capacity = models.PositiveIntegerField(null=True, blank=True)  # waiting and accepted ones together
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]


class Registration(Owned):
    """Somebody who put themselves down, waiting for an organiser's decision.

    The browser makes a random key and sends it along: the same key again is this row, and whoever holds the key reads
    the decision. Only its hash is kept. What is said here is nobody's until an organiser says whom it means.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="registrations")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    address_key = models.CharField(
        max_length=64, blank=True, editable=False
    )  # keyed hash: tries are counted by it
    person = models.ForeignKey(  # who was signed in
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    name = NameField(max_length=60)
    phone = models.CharField(max_length=20)  # 11 digits
    community_as_given = models.CharField(max_length=60, blank=True)
    post = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)
    pinyin = models.CharField(max_length=200, editable=False)
    notice = models.ForeignKey(PrivacyNotice, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=20, choices=RegistrationState.choices, default=RegistrationState.WAITING
    )
    reason = models.CharField(max_length=200, blank=True)  # of a refusal, told to the applicant
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["programme", "state"], name="registrations_by_state"),
            models.Index(fields=["address_key", "created_at"], name="registrations_by_address"),
        ]


class NameCommitment(Owned):
    """The name behind a code, beside and not inside what is frozen.

    Snapshots hold the enrolment's code and `digest` = SHA-256(salt + canonical JSON of `shown`). Erasing a person
    empties `salt` and `shown`; every hash over the digest stays valid.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    enrolment_code = models.CharField(max_length=16, db_index=True)
    salt = models.CharField(max_length=64, blank=True)
    shown = models.JSONField(default=dict, blank=True)  # name, community, number as they were
    digest = models.CharField(max_length=64, unique=True)


class SourceFile(Owned):
    """A file that somebody brought, kept whole, known by its hash."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="source_files")
    purpose = models.CharField(max_length=20, choices=SourcePurpose.choices)
    about_code = models.CharField(
        max_length=16, blank=True
    )  # the activity's or part's code, where it is about one
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    format = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=dict, blank=True)  # column → field, as confirmed
    meta = models.JSONField(default=dict, blank=True)  # what the reader found: title, session, warnings
    changes = models.JSONField(default=list, blank=True)  # what confirming wrote, so that it can be undone
    state = models.CharField(max_length=20, choices=SourceState.choices, default=SourceState.READ)
    received_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "purpose", "about_code", "sha256"],
                condition=~models.Q(state="undone"),
                name="one_file_once",
            )
        ]


class IdentityMatch(Owned):
    """One name as it stands in one file, and whom it means now. Its decisions are kept beside it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="identity_matches")
    source_file = models.ForeignKey(SourceFile, on_delete=models.CASCADE, related_name="matches")
    key = models.CharField(max_length=200)  # who the file says it is: one match for all rows with this key
    memory = models.CharField(
        max_length=200, db_index=True
    )  # normalised: what is remembered for the programme
    name_as_given = NameField(max_length=200)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="matches"
    )
    reason = models.CharField(max_length=60, blank=True)
    candidates = models.JSONField(default=list, blank=True)  # [{enrolment code, score, reasons}]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source_file", "key"], name="one_match_a_name_in_a_file")
        ]


class IdentityDecision(Owned):
    """One decision about a match, by a person or by an exact key (`decided_by` empty). Undone, never changed."""

    match = models.ForeignKey(IdentityMatch, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    also = models.JSONField(default=list, blank=True)  # codes of further learners who shared the device
    reason = models.CharField(max_length=60, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField()
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["match"], condition=models.Q(undone_at=None), name="one_standing_decision_a_match"
            )
        ]


class SourceRow(models.Model):
    """One raw row, as it stood. `number` is the row of the sheet as Excel shows it."""

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    source_file = models.ForeignKey(SourceFile, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=80, blank=True)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)  # header → text; columns on the discard list are not here
    meaning = models.JSONField(default=list, blank=True)  # the facts it states once it is known who is meant
    match = models.ForeignKey(
        IdentityMatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="rows"
    )

    class Meta:
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source_file", "sheet", "number"], name="one_row_a_number")
        ]
