"""Accounts, organisations, rights and consent. An account is one person's; what a programme knows of a person stands elsewhere."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin, UserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from yingzao.core.codes import CodeField
from yingzao.core.erasing import NameField
from yingzao.core.models import StoredFile
from yingzao.people.enums import (
    AskedHow,
    ConsentSubject,
    CopyState,
    ErasureState,
    InvitationPurpose,
    OrganisationKind,
    Right,
    SignInOutcome,
)


class Organisation(models.Model):
    code = CodeField()
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices, default=OrganisationKind.OFFICE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # What its public pages look like and say of it; an empty colour is the house's own.
    introduction = models.TextField(blank=True)
    accent = models.CharField(max_length=7, blank=True)  # #rrggbb, on light pages
    accent_dark = models.CharField(max_length=7, blank=True)  # on dark ones
    logo = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    @property
    def shown_name(self) -> str:
        return self.short_name or self.name


class Person(AbstractBaseUser, PermissionsMixin):
    """An account: how one person signs in. `phone` is kept as +86 and 11 digits."""

    code = CodeField()
    username = models.CharField(max_length=60, unique=True)
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    email = models.EmailField(blank=True)  # as its person entered it; shown to nobody else
    email_confirmed_at = models.DateTimeField(null=True, blank=True)  # nothing goes there before
    language = models.CharField(max_length=10, blank=True)  # what messages are written in; empty: the default
    display_name = NameField(max_length=60)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True)
    session_epoch = CodeField(unique=False)  # part of every session's hash: a new one signs out everywhere

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def _get_session_auth_hash(self, secret=None) -> str:
        return salted_hmac(
            "yingzao.people.session", self.password + self.session_epoch, secret=secret, algorithm="sha256"
        ).hexdigest()


Visitor = (
    Person | AnonymousUser | None
)  # whoever asks; what belongs to nobody stays shut for all but a Person


class Owned(models.Model):
    """A row of one organisation, named by its code."""

    code = CodeField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class Grant(Owned):
    """A right of a person within an organisation; written by the rooms above, ended, never deleted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    right = models.CharField(max_length=30, choices=Right.choices)
    scope_code = models.CharField(max_length=16, blank=True)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "right", "scope_code"],
                condition=models.Q(ended_at=None),
                name="one_open_grant",
            )
        ]


class PrivacyNotice(models.Model):
    """What personal data is kept and why, one row a version; the newest published one counts."""

    version = models.PositiveIntegerField(unique=True)
    text_zh = models.TextField()
    text_en = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]


class PrivacyAgreement(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="privacy_agreements")
    notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT, related_name="agreements")
    agreed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "notice"], name="one_agreement_a_version")]


class SignIn(models.Model):
    """The log of sign-ins. What was typed is kept masked, so that a password typed as a name is not.

    `name_key` is a keyed hash of the account, or of the typed name where there is none: tries are counted by it,
    alike for both, so that a lock does not tell whether an account exists.
    """

    code = CodeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sign_ins")
    typed = models.CharField(max_length=60, blank=True)
    name_key = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=20, choices=SignInOutcome.choices)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    address = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=200, blank=True)
    session_key = models.CharField(max_length=40, blank=True)  # of the session that it opened

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["name_key", "at"], name="tries_of_a_name"),
            models.Index(fields=["address", "at"], name="tries_from_an_address"),
        ]


class Invitation(Owned):
    """A link that joins whoever opens it to a waiting row (an enrolment, a staff role) named by its code.

    Only the hash of the token is kept. Accepting sends `signals.invitation_accepted`; the room that owns the
    target answers it.
    """

    purpose = models.CharField(max_length=20, choices=InvitationPurpose.choices)
    target_code = models.CharField(max_length=16, db_index=True)
    shown_name = NameField(max_length=60)
    shown_for = models.CharField(max_length=120)  # the programme, as the invitation page says it
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)


class ResetLink(models.Model):
    """A one-time link that an organiser makes for a person who forgot the password."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reset_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Consent(Owned):
    """Somebody's consent for one purpose, and its withdrawal. Asked again for each purpose (PIPL art. 14, 23, 25)."""

    subject_kind = models.CharField(max_length=20, choices=ConsentSubject.choices)
    subject_code = models.CharField(max_length=16, db_index=True)
    purpose = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    form = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # a signed sheet


class ErasureRequest(Owned):
    """Somebody asks one organisation to forget them. `subject_code` is the account's code, or that of the row (an enrolment)
    by which somebody without an account is known."""

    subject_code = models.CharField(max_length=16, db_index=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="erasure_requests")
    shown_name = NameField(max_length=60)
    how = models.CharField(max_length=10, choices=AskedHow.choices)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=ErasureState.choices, default=ErasureState.WAITING)
    checked = models.CharField(max_length=200, blank=True)  # how it was found out who asks
    reason = models.CharField(max_length=300, blank=True)  # of a refusal, told to who asked
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    line = models.TextField(blank=True)  # what outlives the backups

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subject_code"],
                condition=models.Q(state="waiting"),
                name="one_waiting_erasure",
            )
        ]


class DataCopy(models.Model):
    """A copy of what is kept about one person, made for that person alone; its file goes after some days."""

    code = CodeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="data_copies")
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)
    kinds = models.PositiveIntegerField(default=0)  # how many there are, and how many are done
    done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-asked_at", "-pk"]


class Retention(models.Model):
    """For how many days an organisation keeps one kind of data, where it chose other than the usual."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="retentions")
    period = models.CharField(max_length=30)
    days = models.PositiveIntegerField()
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "period"], name="one_retention_a_period")
        ]
