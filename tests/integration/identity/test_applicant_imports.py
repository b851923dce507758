"""Opening accounts from a workbook, and taking back a wrong enrolment, on a real database."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import pytest
from openpyxl import Workbook
from sqlalchemy import select, update

from chassis import clock, context, jobs
from chassis.tables import AuditEntry
from contracts.base import Actor, Role
from contracts.documents import FileFacts, Verdict
from contracts.errors import InvalidInput, NotAllowed, NotFound, WrongState
from contracts.identity import AccountAct, AlreadyEnrolled, ApplicantFilter, WithdrawEnrolment
from contracts.identity.imports import (
    ApplicantImport,
    ApplicantImportState,
    CheckApplicants,
    OpenCheckedApplicants,
    OpenedApplicants,
    RowOutcome,
)
from services.identity.jobs import Jobs
from services.identity.tables import ApplicantImportRow, EnrolmentRow
from tests.factories.identity import identity_number, mobile, person
from tests.integration.identity.conftest import Identity, Tree

HEADINGS = ("姓名", "证件类型", "证件号码", "手机号码", "电子邮箱")


def workbook(rows: Iterable[tuple[Any, ...]], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    page.append(headings)
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def cells(**values: Any) -> tuple[Any, ...]:
    known = person(**values)
    return (known["real_name"], "", known["id_document_no"], known["mobile"], known.get("email", ""))


class Files:
    """What documents knows of the file, and the store that holds it."""

    def __init__(self, actor: Actor, data: bytes, **facts: Any) -> None:
        self.facts = FileFacts(
            **{
                "file_id": uuid.uuid4(),
                "account_id": actor.account_id,
                "name": "申报人.xlsx",
                "kind": "xlsx",
                "size": len(data),
                "sha256": "0" * 64,
                "verdict": Verdict.CLEAN,
                "refused_because": None,
            }
            | facts
        )
        self.data = data

    def file_facts(self, *, file_ids: tuple[uuid.UUID, ...]) -> tuple[FileFacts, ...]:
        assert file_ids == (self.facts.file_id,)
        return (self.facts,)

    def read(self, _key: str) -> Iterable[bytes]:
        yield self.data


def check(identity: Identity, actor: Actor, place: uuid.UUID, files: Files, **more: Any) -> ApplicantImport:
    """Order the check and do it as the worker does."""
    command = CheckApplicants(command_id=uuid.uuid4(), organization_id=place, file_id=files.facts.file_id, **more)
    with context.changed(actor=actor):
        ordered = identity.service.check_applicants(command=command)
    assert ordered.state is ApplicantImportState.CHECKING
    workshop = Jobs(
        identity.service.settings, database=identity.database, objects=cast(Any, files), caller=cast(Any, None)
    )
    workshop.__dict__["documents"] = files
    running = jobs.take(identity.database, ("check_applicants",))
    assert running is not None
    running.end("done", result=workshop.check_applicants(running))
    return look(identity, actor, ordered.import_id)


def look(identity: Identity, actor: Actor, import_id: uuid.UUID) -> ApplicantImport:
    with context.changed(actor=actor):
        return identity.service.applicant_import(import_id=import_id)


def open_next(
    identity: Identity, actor: Actor, import_id: uuid.UUID, command_id: uuid.UUID | None = None
) -> OpenedApplicants:
    command = OpenCheckedApplicants(command_id=command_id or uuid.uuid4(), import_id=import_id)
    with context.changed(actor=actor):
        return identity.service.open_checked_applicants(command=command)


def enrolled(identity: Identity, actor: Actor, place: uuid.UUID) -> int:
    with context.changed(actor=actor):
        return identity.service.list_applicants(request=ApplicantFilter(organization_id=place)).total


@pytest.mark.req("HB-20", "HB-21", "HB-22")
def test_nothing_is_opened_before_the_clerk_says_so(identity: Identity, tree: Tree) -> None:
    """A check tells each fault with row, column, value and what would be right; only then the good rows are opened."""
    unit, place = tree.university.actor, tree.university.organization_id
    known = person()
    identity.applicant(tree.hospital.actor, tree.hospital.organization_id, **known)
    twice = identity_number()
    rows = [
        cells(),
        cells(id_document_no="139901198503040013"),
        cells(mobile="12345"),
        cells(id_document_no=known["id_document_no"]),
        cells(id_document_no=twice),
        cells(id_document_no=twice),
        (None, None, None, None, None),
        ("", "", identity_number(), mobile(), ""),
        cells(id_document_no=139901198503040013.0),
    ]
    found = check(identity, unit, place, Files(unit, workbook(rows)))
    assert (found.state, found.total, found.ready, found.faulty) == (ApplicantImportState.CHECKED, 8, 2, 6)
    told = {(fault.row, fault.column, fault.code) for fault in found.faults}
    assert told == {
        (3, "证件号码", "identity.number_check_character"),
        (4, "手机号码", "identity.mobile_form"),
        (5, "证件号码", "identity.already_enrolled"),
        (7, "证件号码", "identity.row_doubled"),
        (9, "姓名", "identity.cell_empty"),
        (10, "证件号码", "identity.number_not_text"),
    }
    (wrong,) = [fault for fault in found.faults if fault.row == 4]
    assert wrong.value == "1****"
    assert "11位" in wrong.expected
    assert rows[0][2] not in found.model_dump_json()
    assert enrolled(identity, unit, place) == 0

    opened = open_next(identity, unit, found.import_id)
    assert [account.row for account in opened.accounts] == [2, 6]
    assert opened.remaining == 0
    assert enrolled(identity, unit, place) == 2
    after = look(identity, unit, found.import_id)
    assert (after.state, after.ready, after.opened) == (ApplicantImportState.DONE, 0, 2)
    code = opened.accounts[0].activation_code
    assert code is not None
    assert code not in after.model_dump_json()
    with context.changed(actor=unit):
        correct = identity.service.faulty_rows(import_id=found.import_id)
    assert correct.columns == HEADINGS
    assert [row[3] for row in correct.rows][1] == "12345"


@pytest.mark.req("HB-20", "HB-25")
def test_people_are_opened_fifty_at_a_time_and_never_twice(identity: Identity, tree: Tree) -> None:
    """Each step opens at most 50 and says how many are left; its repeat answers alike without the codes."""
    unit, place = tree.university.actor, tree.university.organization_id
    found = check(identity, unit, place, Files(unit, workbook([cells() for _ in range(53)])))
    command_id = uuid.uuid4()
    first = open_next(identity, unit, found.import_id, command_id)
    assert (len(first.accounts), first.remaining) == (50, 3)
    again = open_next(identity, unit, found.import_id, command_id)
    assert [one.account_id for one in again.accounts] == [one.account_id for one in first.accounts]
    assert {one.activation_code for one in again.accounts} == {None}
    assert enrolled(identity, unit, place) == 50
    assert (len(open_next(identity, unit, found.import_id).accounts), enrolled(identity, unit, place)) == (3, 53)
    assert open_next(identity, unit, found.import_id).accounts == ()


@pytest.mark.req("HB-22")
def test_a_person_who_was_enrolled_since_the_check_is_refused_alone(identity: Identity, tree: Tree) -> None:
    """Between check and opening another unit was quicker: that row is refused and named, the others are opened."""
    unit, place = tree.university.actor, tree.university.organization_id
    quick = person()
    found = check(identity, unit, place, Files(unit, workbook([cells(**quick), cells()])))
    identity.applicant(tree.other.actor, tree.other.organization_id, **quick)
    opened = open_next(identity, unit, found.import_id)
    assert [account.row for account in opened.accounts] == [3]
    assert [(fault.row, fault.code) for fault in opened.refused] == [(2, "identity.already_enrolled")]
    assert [row.outcome for row in look(identity, unit, found.import_id).rows] == [
        RowOutcome.REFUSED,
        RowOutcome.OPENED,
    ]


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (b"no workbook", {}),
        (workbook([cells()], ("姓名", "号码")), {}),
        (workbook([cells()]), {"verdict": Verdict.REFUSED}),
        (workbook([cells()]), {"kind": "pdf"}),
        (workbook([cells()]), {"account_id": uuid.uuid4()}),
    ],
    ids=["no workbook", "other headings", "refused file", "other kind", "somebody else's"],
)
def test_a_file_that_is_not_the_template_is_named_unreadable(
    identity: Identity, tree: Tree, data: bytes, facts: dict[str, Any]
) -> None:
    """Whatever is no filled-in template of the clerk's own leaves the import unreadable, and nothing can be opened."""
    unit, place = tree.university.actor, tree.university.organization_id
    found = check(identity, unit, place, Files(unit, data, **facts))
    assert (found.state, found.error_code) == (ApplicantImportState.UNREADABLE, "identity.import_unreadable")
    with pytest.raises(WrongState):
        open_next(identity, unit, found.import_id)


@pytest.mark.req("HB-20")
def test_an_import_is_its_clerks_and_of_the_own_unit(identity: Identity, tree: Tree) -> None:
    """Nobody else reads or opens it; a workbook for a lower unit, or for a year long over, is refused."""
    unit, place = tree.university.actor, tree.university.organization_id
    found = check(identity, unit, place, Files(unit, workbook([cells()])))
    for other in (tree.hospital.actor, tree.department.actor):
        with pytest.raises(NotFound):
            look(identity, other, found.import_id)
        with pytest.raises(NotFound):
            open_next(identity, other, found.import_id)
    below = CheckApplicants(
        command_id=uuid.uuid4(), organization_id=tree.hospital.organization_id, file_id=uuid.uuid4()
    )
    with context.changed(actor=unit), pytest.raises(NotAllowed):
        identity.service.check_applicants(command=below)
    over = below.model_copy(update={"command_id": uuid.uuid4(), "organization_id": place, "year": 2001})
    with context.changed(actor=unit), pytest.raises(InvalidInput) as refused:
        identity.service.check_applicants(command=over)
    assert refused.value.faults[0].pointer == "/year"


def test_the_clerk_who_lost_the_post_opens_nothing(identity: Identity, tree: Tree) -> None:
    """The right is asked again at every step of an import."""
    unit, place = tree.university.actor, tree.university.organization_id
    found = check(identity, unit, place, Files(unit, workbook([cells()])))
    lost = unit.model_copy(update={"roles": ()})
    with pytest.raises((NotFound, NotAllowed)):
        open_next(identity, lost, found.import_id)
    assert enrolled(identity, unit, place) == 0


def test_workbooks_are_forgotten_after_thirty_days(identity: Identity, tree: Tree) -> None:
    """What people typed into a workbook is not kept longer than it is needed to correct it."""
    unit, place = tree.university.actor, tree.university.organization_id
    found = check(identity, unit, place, Files(unit, workbook([cells()])))
    with identity.database.begin() as session:
        before = update(ApplicantImportRow).where(ApplicantImportRow.id == found.import_id)
        session.execute(before.values(ordered_at=clock.now() - timedelta(days=31)))
    with identity.database.begin() as session:
        identity.service.forget_what_is_over(session)
    with pytest.raises(NotFound):
        look(identity, unit, found.import_id)


# a wrong enrolment


def withdraw(identity: Identity, actor: Actor, account_id: uuid.UUID, year: int | None = None) -> None:
    command = WithdrawEnrolment(
        command_id=uuid.uuid4(), account_id=account_id, year=year or clock.today().year, reason="该人员不属于本单位"
    )
    with context.changed(actor=actor):
        identity.service.withdraw_enrolment(command=command)


@pytest.mark.req("HB-22", "HB-23", "PL-14")
def test_a_wrong_enrolment_is_withdrawn_so_that_the_right_unit_can_enrol(identity: Identity, tree: Tree) -> None:
    """After the unit took its enrolment back, with a reason on record, another enrols the same person that year."""
    who = person()
    account_id = identity.applicant(tree.university.actor, tree.university.organization_id, **who).account_id
    with pytest.raises(AlreadyEnrolled):
        identity.applicant(tree.other.actor, tree.other.organization_id, **who)
    with pytest.raises(NotFound):
        withdraw(identity, tree.other.actor, account_id)
    withdraw(identity, tree.university.actor, account_id)
    assert enrolled(identity, tree.university.actor, tree.university.organization_id) == 0
    again = identity.applicant(tree.other.actor, tree.other.organization_id, **who)
    assert (again.account_id, again.activation_code) == (account_id, None)
    with identity.database.begin() as session:
        entry = session.scalars(select(AuditEntry).filter_by(action="enrolment_withdrawn", object_id=account_id)).one()
        assert entry.details["reason"] == "该人员不属于本单位"
        (row,) = session.scalars(select(EnrolmentRow).filter_by(account_id=account_id))
        assert row.organization_id == tree.other.organization_id


def test_an_enrolment_that_is_not_there_is_not_found(identity: Identity, tree: Tree) -> None:
    """Of a year in which the person is not enrolled nothing can be withdrawn, and not twice."""
    account_id = identity.applicant(tree.university.actor, tree.university.organization_id).account_id
    with pytest.raises(NotFound):
        withdraw(identity, tree.university.actor, account_id, clock.today().year + 1)
    withdraw(identity, tree.university.actor, account_id)
    with pytest.raises(NotFound):
        withdraw(identity, tree.university.actor, account_id)


def test_who_may_act_in_the_background_is_asked_of_identity(identity: Identity, tree: Tree) -> None:
    """Work that goes on after a session has the roles of the moment; a disabled account acts as nobody."""
    handed = identity.staff(tree.university.actor, tree.university.organization_id, Role.CASE_OFFICER)
    actor = identity.service.acting_as(account_id=handed.account_id)
    assert actor.has(Role.CASE_OFFICER, tree.university.organization_id)
    with context.changed(actor=tree.university.actor):
        identity.service.disable_account(command=AccountAct(command_id=uuid.uuid4(), account_id=handed.account_id))
    with pytest.raises(NotFound):
        identity.service.acting_as(account_id=handed.account_id)
