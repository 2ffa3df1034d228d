"""Issuing: an explicit act that freezes words and bytes. What was issued never changes; it can only be revoked."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, jobs, locking, media
from yingzao.core.errors import Refused
from yingzao.core.pinyin import pinyin
from yingzao.core.ui.templatetags.ui import plain_number
from yingzao.enrolment.actions import commit_names
from yingzao.enrolment.models import Enrolment, NameCommitment
from yingzao.honours.actions.badges import Signing, issue_badge, prepare_signing, require_drawable_badge
from yingzao.honours.bridge.designing import look_of
from yingzao.honours.bridge.typesetting import CertificateWords, Look, require_drawable, set_certificate
from yingzao.honours.bridge.wording import words_for
from yingzao.honours.enums import CertificateKind, IssueState
from yingzao.honours.models import (
    Certificate,
    CertificateSeries,
    CertificateTemplate,
    IssueRun,
    Place,
    Selection,
)
from yingzao.honours.queries import rows
from yingzao.honours.queries.designs import standing_design
from yingzao.honours.queries.threads import shown
from yingzao.honours.rules import numbers, rights
from yingzao.honours.rules.layout import Layout
from yingzao.honours.rules.snapshot import sha256_of
from yingzao.honours.rules.total import hours_by_learner
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme

TOLD_WITHIN = dt.timedelta(days=7)


def suggested_series(programme: Programme) -> CertificateSeries:
    """An unsaved series: XFY of 社区治理先锋营, the year the programme began, the first term that is free."""
    core = numbers.core_name(programme.name)
    prefix = numbers.suggested_prefix(pinyin(core).split()[-1])
    series = CertificateSeries(
        organisation_id=programme.organisation_id,
        programme=programme,
        prefix=prefix,
        year=programme.starts_on.year,
    )
    taken = CertificateSeries.objects.filter(prefix=prefix, year=series.year).values_list("term", flat=True)
    series.term = next(term for term in range(1, 1000) if term not in set(taken))
    return series


@transaction.atomic
def set_series(*, programme: Programme, prefix: str, year: int, term: int, by: Person) -> CertificateSeries:
    """Say what the programme's certificate numbers begin with. Refused once a number was given."""
    programmes.require_organiser(by, programme)
    locking.take_turn("honours.series")
    series = CertificateSeries.objects.filter(programme=programme).first()
    if series and series.last_serial:
        raise Refused(_("Numbers of this series have been issued already."), code="series_used")
    prefix = prefix.strip().upper()
    if not (2 <= len(prefix) <= 8 and prefix.isascii() and prefix.isalpha()):
        raise Refused(_("The prefix has 2 to 8 letters A–Z."), code="prefix", field="prefix")
    if not 1 <= term <= 99 or not 2000 <= year <= 2999:
        raise Refused(_("A year of four figures and a term from 1 to 99."), code="term", field="term")
    if (
        CertificateSeries.objects.filter(prefix=prefix, year=year, term=term)
        .exclude(programme=programme)
        .exists()
    ):
        raise Refused(
            _("Another programme uses this series. Choose another prefix or term."),
            code="series_taken",
            field="prefix",
        )
    series = series or CertificateSeries(organisation_id=programme.organisation_id, programme=programme)
    series.prefix, series.year, series.term = prefix, year, term
    series.save()
    audit.record(
        actor=by,
        act="honours.series.set",
        subject=series.code,
        organisation_id=series.organisation_id,
        after={"prefix": prefix, "year": year, "term": term},
    )
    return series


def _series(programme: Programme) -> CertificateSeries:
    series = CertificateSeries.objects.filter(programme=programme).first()
    if series is None:
        series = suggested_series(programme)
        series.save()
    return series


def _check(selection: Selection, by: Person, now: dt.datetime) -> None:
    programmes.require_organiser(by, selection.programme)
    if hindrance := rights.hindrance_to_issuing(selection, now):
        raise hindrance
    programmes.require_stage(selection.programme, Act.CERTIFY)


def _missing(selection: Selection) -> list[tuple[str, Place, Enrolment]]:
    """What is still to be issued, with the learner. Refused when a name holds a character the font lacks."""
    learners = rows.names_of(selection.programme)
    found = [
        (kind, place, learners[place.enrolment_code]) for kind, place in rows.missing_certificates(selection)
    ]
    for _kind, _place, learner in found:
        require_drawable(learner.name)
    if found:
        require_drawable_badge(selection.programme)
    return found


@dataclass(frozen=True)
class Design:
    """What a kind of certificate looks like now; `template` None is the standard layout."""

    template: CertificateTemplate | None
    look: Look


def _designs(programme: Programme) -> dict[str, Design]:
    found = {kind: standing_design(programme, kind) for kind in CertificateKind.values}
    return {kind: Design(template, look_of(template, kind)) for kind, template in found.items()}


@transaction.atomic
def start_issuing(*, selection: Selection, by: Person, site: str, now: dt.datetime | None = None) -> IssueRun:
    """Ask for the selection's certificates; a job makes them one by one. `site` is the address that QR codes lead to.

    Everything that can refuse refuses here, before the first is made.
    """
    now = now or clock.now()
    _check(selection, by, now)
    missing = _missing(selection)
    if not missing:
        raise Refused(_("All certificates of this list have been issued."), code="nothing_to_issue")
    run = IssueRun.objects.create(
        organisation_id=selection.organisation_id,
        selection=selection,
        total=len(missing),
        asked_by=by,
        asked_at=now,
    )
    audit.record(
        actor=by,
        act="honours.issuing.started",
        subject=selection.code,
        organisation_id=selection.organisation_id,
        after={"run": run.code, "total": run.total},
    )
    jobs.enqueue("honours.issue_certificates", run_code=run.code, site=site)
    return run


def stop_run(*, run: IssueRun, problem: str) -> None:
    """Note what stopped a run; what it made so far stands."""
    run.state, run.problem, run.finished_at = IssueState.STOPPED, problem, clock.now()
    run.save(update_fields=["state", "problem", "finished_at"])


def issue_certificates(
    *,
    selection: Selection,
    by: Person,
    site: str = "http://127.0.0.1:8000/",
    now: dt.datetime | None = None,
    run: IssueRun | None = None,
) -> list[Certificate]:
    """Issue every certificate of the selection that was never issued, with its badge, each in its own transaction.
    `issue_one_by_one` does the same and keeps none of them.

    Dated and timed `now`. Doing it again issues nothing twice, and nothing that was revoked (`reissue_certificate`). Refused, before the first, while the list is not
    approved, the notice runs or an objection is open, and for a name that the font cannot draw.
    """
    return list(issue_one_by_one(selection=selection, by=by, site=site, now=now, run=run))


def issue_one_by_one(
    *,
    selection: Selection,
    by: Person,
    site: str,
    now: dt.datetime | None = None,
    run: IssueRun | None = None,
) -> Iterator[Certificate]:
    """Each certificate as it is issued. However many there are, memory holds a line for each and one of them whole."""
    now = now or clock.now()
    _check(selection, by, now)
    missing = _missing(selection)
    if run is not None:
        run.state, run.total, run.made = IssueState.RUNNING, len(missing), 0
        run.save(update_fields=["state", "total", "made"])
    with transaction.atomic():
        names = commit_names(
            programme=selection.programme, enrolments=[learner for _k, _p, learner in missing]
        )
    issuing = Issuing(
        selection,
        _designs(selection.programme),
        prepare_signing(selection, (kind for kind, _p, _l in missing), site=site, by=by),
        _frozen_terms(selection),
        by,
        now,
    )
    missing.reverse()
    while missing:  # what is done is let go
        kind, place, learner = missing.pop()
        certificate = _issue(issuing, kind, place, learner, names[learner.code])
        if run is not None:
            run.made += 1
            run.save(update_fields=["made"])
        if certificate is not None:
            yield certificate
    if run is not None:
        run.state, run.finished_at = IssueState.DONE, clock.now()
        run.save(update_fields=["state", "finished_at"])


@dataclass(frozen=True)
class FrozenTerms:
    """What certificates need of a selection's snapshot, which may be large: it is read in pieces."""

    decimals: int
    hour_minutes: int
    hours: dict[str, Decimal]  # by enrolment code


def _frozen_terms(selection: Selection) -> FrozenTerms:
    decimals, minutes, hours = rows.frozen_hours(selection)
    earned = hours_by_learner(rows.frozen_learners(selection), hours) if hours else {}
    return FrozenTerms(decimals, minutes or selection.programme.hour_minutes, earned)


@dataclass(frozen=True)
class Issuing:
    """What all certificates of one act have in common."""

    selection: Selection
    designs: dict[str, Design]
    signing: Signing
    terms: FrozenTerms
    by: Person
    now: dt.datetime


@transaction.atomic
def _issue(
    issuing: Issuing, kind: str, place: Place, learner: Enrolment, name: NameCommitment
) -> Certificate | None:
    """One certificate and its badge; None when another run was faster. The number is given inside the transaction: no gaps."""
    selection, design, by = issuing.selection, issuing.designs[kind], issuing.by
    programme = selection.programme
    locking.take_turn("honours.series")
    standing = programme.certificates.filter(kind=kind, enrolment_code=learner.code, revoked_at=None)
    if standing.exists():
        return None
    series = _series(programme)
    series.last_serial += 1
    series.save(update_fields=["last_serial"])
    number = numbers.certificate_number(
        prefix=series.prefix, year=series.year, term=series.term, serial=series.last_serial
    )
    certificate = Certificate(
        organisation_id=selection.organisation_id,
        programme=programme,
        kind=kind,
        number=number,
        enrolment_code=learner.code,
        selection=selection,
        template=design.template,
        issued_at=issuing.now,
        issued_by=by,
    )
    look = design.look
    hours = issuing.terms.hours.get(learner.code, Decimal(0))
    words = _words(certificate, learner, issuing, hours)
    certificate.frozen = _frozen(certificate, issuing, words, look.layout, name, place, hours)
    certificate.sha256 = sha256_of(certificate.frozen)
    stored = media.store(
        set_certificate(words, look),
        name=f"{number}.pdf",
        accept="document",
        organisation_id=certificate.organisation_id,
        room="honours",
        subject=certificate.code,
        uploaded_by=by,
    )
    certificate.pdf, certificate.pdf_sha256 = stored, stored.sha256
    certificate.save()
    badge = issue_badge(certificate, learner, issuing.signing)
    audit.record(
        actor=by,
        act="honours.certificate.issued",
        subject=certificate.code,
        organisation_id=certificate.organisation_id,
        after={
            "number": number,
            "sha256": certificate.sha256,
            "pdf_sha256": certificate.pdf_sha256,
            "badge": badge.credential_id,
            "badge_sha256": badge.sha256,
        },
    )
    _tell(certificate, learner, by)
    return certificate


def _tell(certificate: Certificate, learner: Enrolment, by: Person) -> None:
    """A message to its holder. Nobody hears of what is entered as issued on a day long past."""
    if learner.person is None or certificate.issued_at < clock.now() - TOLD_WITHIN:
        return
    programme = certificate.programme
    notices.send(
        organisation=programme.organisation,
        programme_code=programme.code,
        person=learner.person,
        kind="certificate",
        key=f"honours.certificate:{certificate.number}",
        title=lambda: _("Your certificate has been issued"),
        body=lambda: (
            _("%(programme)s, number %(number)s.")
            % {"programme": programme.full_name, "number": certificate.number}
        ),
        url=reverse("honours:learner-certificates"),
        by=by,
    )


def _words(
    certificate: Certificate, learner: Enrolment, issuing: Issuing, hours: Decimal
) -> CertificateWords:
    return words_for(
        programme=certificate.programme,
        name=learner.name,
        community=learner.community_name,
        hours=plain_number(hours) if hours else "",
        hour_minutes=issuing.terms.hour_minutes,
        number=certificate.number,
        code=certificate.code,
        site=issuing.signing.site,
        issued_on=clock.local_date(certificate.issued_at),
    )


def _frozen(
    certificate: Certificate,
    issuing: Issuing,
    words: CertificateWords,
    layout: Layout,
    name: NameCommitment,
    place: Place,
    hours: Decimal,
) -> dict:
    """What was certified, by code. The name is a commitment: erasing it leaves this and its hash as they are. Where the words
    name the holder, asterisks stand here."""
    told = replace(words, facts=replace(words.facts, name="***", community="***"))
    read = {key: told.text(layout, key) for key in ("title", "body", "closing")}
    return {
        "format": "yingzao-certificate/1",
        "code": certificate.code,
        "number": certificate.number,
        "kind": certificate.kind,
        "learner": certificate.enrolment_code,
        "name": name.digest,
        "programme": certificate.programme.code,
        "programme_name": certificate.programme.full_name,
        "selection": issuing.selection.code,
        "selection_sha256": issuing.selection.sha256,
        "completion": shown(place.completion, issuing.terms.decimals),
        **({"hours": plain_number(hours)} if hours else {}),
        **({"design": design.number} if (design := certificate.template) else {}),
        "title": read["title"],
        "body": read["body"],
        "closing": read["closing"],
        "issuer": words.facts.issuer,
        "issued_on": words.issued_on.isoformat(),
    }


@transaction.atomic
def reissue_certificate(
    *,
    certificate: Certificate,
    by: Person,
    site: str = "http://127.0.0.1:8000/",
    now: dt.datetime | None = None,
) -> Certificate:
    """Issue a new certificate in place of a revoked one: same kind, learner and list, today's name, a new number."""
    now = now or clock.now()
    selection = certificate.selection
    if selection is None:
        raise Refused(_("This certificate does not stand on a list."), code="no_selection")
    _check(selection, by, now)
    if certificate.revoked_at is None:
        raise Refused(_("Revoke the certificate first."), code="not_revoked")
    learner = rows.names_of(selection.programme)[certificate.enrolment_code]
    place = selection.places.get(enrolment_code=certificate.enrolment_code)
    require_drawable(learner.name)
    require_drawable_badge(selection.programme)
    names = commit_names(programme=selection.programme, enrolments=[learner])
    issuing = Issuing(
        selection,
        _designs(selection.programme),
        prepare_signing(selection, [certificate.kind], site=site, by=by),
        _frozen_terms(selection),
        by,
        now,
    )
    made = _issue(issuing, certificate.kind, place, learner, names[learner.code])
    if made is None:
        raise Refused(_("A new one has been issued already."), code="reissued")
    return made


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, reason: str, by: Person, now: dt.datetime | None = None
) -> Certificate:
    """Declare a certificate void, for good. The verify page says so with the reason; the bytes stay as proof."""
    programmes.require_organiser(by, certificate.programme)
    locking.take_turn("honours.series")
    certificate.refresh_from_db()
    if certificate.revoked_at is not None:
        raise Refused(_("This certificate is revoked already."), code="revoked")
    if not reason.strip():
        raise Refused(
            _("Say why. The reason is shown on the verification page."), code="reason", field="reason"
        )
    certificate.revoked_at, certificate.revoked_by = now or clock.now(), by
    certificate.revoked_reason = reason.strip()
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    audit.record(
        actor=by,
        act="honours.certificate.revoked",
        subject=certificate.code,
        organisation_id=certificate.organisation_id,
        after={"number": certificate.number},
    )
    return certificate
