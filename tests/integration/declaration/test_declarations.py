"""A declaration on a real PostgreSQL: check, submission, withdrawal, return, result, discarding."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis import clock, context
from chassis.clock import SHANGHAI
from chassis.tables import AuditEntry
from contracts.declaration.drafts import (
    DetachFile,
    DiscardDeclaration,
    WithdrawDeclaration,
)
from contracts.declaration.refusals import (
    AlreadyDeclared,
    BatchClosed,
    FileNotUsable,
    Incomplete,
)
from contracts.declaration.workflow import StateKind, Trigger
from contracts.errors import (
    CommandReused,
    NotFound,
    StaleVersion,
    WrongState,
)
from contracts.grants import ReadGrant
from contracts.review import ReturnFacts
from services.declaration.operations import attaching, following, withdrawing
from services.declaration.queries import drafts, submissions
from services.declaration.rules.freezing import content_hash
from services.declaration.tables import Declaration
from tests.factories.declaring import PROFILE, Declaring, applicant


def state_of(declaring: Declaring, declaration_id: UUID) -> str:
    with declaring.database.begin() as session:
        return session.get_one(Declaration, declaration_id).state


def tell(declaring: Declaring, made: Any, trigger: Trigger, **more: Any) -> None:
    with declaring.database.begin() as session:
        following.follow(
            session, declaration_id=made.declaration_id, submission_id=made.submission_id, trigger=trigger, **more
        )


def give_back(declaring: Declaring, made: Any, *, deadline: datetime | None = None) -> None:
    facts = ReturnFacts(
        decision_id=uuid.uuid4(), submission_id=made.submission_id, opinion="请补充学位证书", deadline=deadline
    )
    with declaring.database.begin() as session:
        following.follow_return(session, declaration_id=made.declaration_id, facts=facts)


# submitting


@pytest.mark.req("HB-100", "HB-103", "PL-22")
def test_submitting_freezes_and_proves(declaring: Declaring) -> None:
    """The submission holds data and file hashes, its receipt has a number and both hashes; nothing can be changed."""
    person = applicant()
    made = declaring.submitted(person)
    assert made.submission_number == 1
    assert made.receipt_number.startswith("HB-2026-")
    assert declaring.events(made.declaration_id) == [("DeclarationSubmitted", 1)]
    with declaring.database.begin() as session:
        receipt = submissions.receipts(session, actor=person, declaration_id=made.declaration_id)[0]
        content = submissions.submission_content(session, submission_id=made.submission_id)
        card = submissions.submission_card(session, submission_id=made.submission_id)
    assert receipt.content_sha256 == content_hash(content.blocks)
    assert {file.slot for file in receipt.files} >= {"basic_profile.photo", "educations.education_certificate"}
    assert all(file.sha256 == declaring.files[file.file_id].sha256 for file in receipt.files)
    assert content.blocks["educations"]["rows"][0]["values"]["is_highest_education"] == "yes"
    assert card.facts["highest_education"] == "11"
    assert card.real_name == "买合木提·艾则孜·阿勒泰尼"
    assert card.id_document_no == content.blocks["basic_profile"]["values"]["id_document_no"]
    assert state_of(declaring, made.declaration_id) == "officer_pending"
    with pytest.raises(WrongState):
        declaring.save(person, made.declaration_id, "roster_supplement", {"health": "一般"})
    with pytest.raises(WrongState):
        declaring.attach(person, made.declaration_id, "base_materials.other_material", declaring.upload(person))
    with pytest.raises(WrongState):
        declaring.submit(person, made.declaration_id)
    with declaring.database.begin() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE submission SET number = 9"))


@pytest.mark.req("HB-101")
def test_an_incomplete_declaration_is_not_submitted(declaring: Declaring) -> None:
    """The refusal names each missing field with its place, and no submission is made."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    with pytest.raises(Incomplete) as caught:
        declaring.submit(person, declaration_id)
    pointers = {fault.pointer for fault in caught.value.faults}
    assert {"/basic_profile/political_status", "/basic_profile/photo", "/educations"} <= pointers
    assert declaring.events(declaration_id) == []


@pytest.mark.req("PL-12")
def test_submitting_compares_every_revision(declaring: Declaring) -> None:
    """What was saved in another tab since the applicant looked is not submitted unseen."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    seen = declaring.versions(person, declaration_id)
    declaring.attach(person, declaration_id, "base_materials.other_material", declaring.upload(person))
    for versions in (seen, {}, declaring.versions(person, declaration_id) | {"papers": 1}):
        with pytest.raises(StaleVersion):
            declaring.submit(person, declaration_id, block_versions=versions)
    with pytest.raises(StaleVersion):
        declaring.submit(person, declaration_id, expected_version=7)
    assert declaring.submit(person, declaration_id).submission_number == 1


def test_a_file_that_was_changed_in_the_store_is_not_submitted(declaring: Declaring) -> None:
    """Submission compares the hash that documents reads again with the one of the attachment."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    file_id = declaring.around(person, declaration_id).blocks["basic_profile"].files["photo"][0].file_id
    whole = declaring.files[file_id]
    declaring.files[file_id] = whole.model_copy(update={"sha256": "f" * 64})
    with pytest.raises(FileNotUsable):
        declaring.submit(person, declaration_id)
    declaring.files[file_id] = whole
    declaring.submit(person, declaration_id)


def test_repeating_a_command_gives_the_first_answer(declaring: Declaring) -> None:
    """The same command id submits once; with other content it is refused."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    same = {
        "command_id": uuid.uuid4(),
        "expected_version": 1,
        "block_versions": declaring.versions(person, declaration_id),
    }
    first = declaring.submit(person, declaration_id, **same)
    assert declaring.submit(person, declaration_id, **same) == first
    with pytest.raises(CommandReused):
        declaring.submit(person, declaration_id, **same | {"expected_version": 2})
    assert declaring.events(declaration_id) == [("DeclarationSubmitted", 1)]


def test_sensitive_values_are_nowhere_in_clear(declaring: Declaring) -> None:
    """Identity number, mobile number and state of health stand in no table of the service as they were typed."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    marked = {"health": "秘密的身体状况"}
    around = declaring.around(person, declaration_id)
    declaring.save(person, declaration_id, "roster_supplement", around.blocks["roster_supplement"].values | marked)
    declaring.submit(person, declaration_id)
    values = declaring.around(person, declaration_id).blocks["basic_profile"].values
    needles = [values["id_document_no"], values["mobile"], "秘密的身体状况"]
    with declaring.database.begin() as session:
        tables = session.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
        ).all()
        assert len(tables) > 10
        for table in tables:
            rows = session.scalars(text(f'SELECT row_to_json(t)::text FROM "{table}" t'))
            found = [
                row for row in rows for needle in needles if needle in json.dumps(json.loads(row), ensure_ascii=False)
            ]
            assert not found, table


# withdrawing, returning, following


@pytest.mark.req("HB-104")
def test_a_withdrawn_submission_can_be_changed_and_submitted_again(declaring: Declaring) -> None:
    """After the unit let it go the declaration is a draft again, and the next submission has number 2."""
    person = applicant()
    made = declaring.submitted(person)
    command = WithdrawDeclaration(
        command_id=uuid.uuid4(), declaration_id=made.declaration_id, expected_version=made.version
    )
    with declaring.database.begin() as session:
        assert withdrawing.submissions_to_recall(session, actor=person, command=command) == (made.submission_id,)
    taken = declaring.execute(withdrawing.withdraw_declaration, command, person)
    assert (taken.state, taken.submission_number) == ("draft", 1)
    tell(declaring, made, Trigger.ADVANCE, step="leader_review")
    assert state_of(declaring, made.declaration_id) == "draft"
    again = declaring.submit(person, made.declaration_id)
    assert again.submission_number == 2
    assert again.submission_id != made.submission_id
    with declaring.database.begin() as session:
        assert withdrawing.submissions_to_recall(session, actor=person, command=command) == ()
    assert declaring.execute(withdrawing.withdraw_declaration, command, person) == taken


@pytest.mark.req("HB-105")
def test_the_event_repairs_a_withdrawal_that_was_cut_off(declaring: Declaring) -> None:
    """If the process died after review let go, the event opens the draft, and repeating the command finds it done."""
    person = applicant()
    made = declaring.submitted(person)
    command = WithdrawDeclaration(
        command_id=uuid.uuid4(), declaration_id=made.declaration_id, expected_version=made.version
    )
    for _ in range(2):
        with declaring.database.begin() as session:
            following.follow_recall(session, declaration_id=made.declaration_id, submission_id=made.submission_id)
    with declaring.database.begin() as session:
        assert withdrawing.submissions_to_recall(session, actor=person, command=command) == ()
    assert declaring.execute(withdrawing.withdraw_declaration, command, person).state == "draft"


@pytest.mark.req("HB-104")
def test_what_a_unit_has_passed_cannot_be_withdrawn(declaring: Declaring) -> None:
    """With the leader, on hold or higher the applicant's 撤回 is refused by the state."""
    person = applicant()
    made = declaring.submitted(person)
    tell(declaring, made, Trigger.ADVANCE, step="leader_review")
    command = WithdrawDeclaration(
        command_id=uuid.uuid4(), declaration_id=made.declaration_id, expected_version=made.version
    )
    with declaring.database.begin() as session, pytest.raises(WrongState):
        withdrawing.submissions_to_recall(session, actor=person, command=command)


@pytest.mark.req("HB-37", "HB-106", "PL-21", "PL-22")
def test_a_returned_declaration_is_corrected_within_its_time(declaring: Declaring) -> None:
    """The reason and the deadline are shown; the correction may come after the batch ended, not after the deadline."""
    person = applicant()
    made = declaring.submitted(person)
    deadline = datetime(2027, 1, 11, tzinfo=SHANGHAI)
    give_back(declaring, made, deadline=deadline)
    view = declaring.view(person, made.declaration_id).declaration
    assert (view.state_kind, view.return_reason, view.deadline) == (StateKind.RETURNED, "请补充学位证书", deadline)
    assert [one.action for one in view.actions] == ["save", "submit", "discard"]
    slot = "base_materials.integrity_pledge"
    old = declaring.around(person, made.declaration_id).blocks["base_materials"].files["integrity_pledge"][0]
    declaring.execute(
        attaching.detach_file,
        DetachFile(
            command_id=uuid.uuid4(),
            declaration_id=made.declaration_id,
            block="base_materials",
            slot="integrity_pledge",
            file_id=old.file_id,
        ),
        person,
    )
    declaring.attach(person, made.declaration_id, slot, declaring.upload(person))
    with clock.standing_at(deadline), pytest.raises(BatchClosed):
        declaring.submit(person, made.declaration_id)
    with clock.standing_at(deadline - timedelta(seconds=1)):
        again = declaring.submit(person, made.declaration_id)
    assert again.submission_number == 2
    with declaring.database.begin() as session:
        first = submissions.submission_content(session, submission_id=made.submission_id)
        second = submissions.submission_content(session, submission_id=again.submission_id)
        kept = submissions.attached_files(session, file_ids=(old.file_id,))
    assert old.file_id in {file.file_id for file in first.files}
    assert old.file_id not in {file.file_id for file in second.files}
    assert [one.declaration_id for one in kept] == [made.declaration_id]
    give_back(declaring, made, deadline=deadline)
    assert state_of(declaring, made.declaration_id) == "officer_pending"


def test_the_way_to_the_title(declaring: Declaring) -> None:
    """Each event lets the declaration stand where its holder says, in the province's words."""
    person = applicant()
    made = declaring.submitted(person)
    way = [
        (Trigger.ADVANCE, "officer_review", "officer_pending"),
        (Trigger.HOLD, None, "on_hold"),
        (Trigger.RESUME, None, "officer_pending"),
        (Trigger.ADVANCE, "leader_review", "leader_pending"),
        (Trigger.ADVANCE, "upper_officer_review", "upper_pending"),
        (Trigger.HOLD, None, "on_hold"),
        (Trigger.ADVANCE, "upper_leader_review", "upper_pending"),
        (Trigger.ADVANCE, "preassignment", "preassigned"),
        (Trigger.ADVANCE, "committee_check", "committee_check"),
        (Trigger.ADMIT, None, "committee_check"),
        (Trigger.PLACE, None, "in_meeting"),
        (Trigger.ADVANCE, "committee_check", "in_meeting"),
        (Trigger.PASS, None, "public_notice"),
        (Trigger.REPORT_RESULT, None, "reported"),
        (Trigger.AUDIT_RESULT, None, "passed"),
        (Trigger.FAIL, None, "passed"),
    ]
    for trigger, step, state in way:
        tell(declaring, made, trigger, step=step)
        assert state_of(declaring, made.declaration_id) == state
    certificate = uuid.uuid4()
    with declaring.database.begin() as session:
        following.follow_certificate(session, declaration_id=made.declaration_id, certificate_id=certificate)
        found = drafts.own_declarations(session, actor=person)
    assert (found[0].state_label.zh, found[0].certificate_id, found[0].actions) == ("通过", certificate, ())
    with pytest.raises(AlreadyDeclared):
        declaring.start(person)


def test_hearing_what_is_known_changes_nothing(declaring: Declaring) -> None:
    """The first waiting step is where a submitted declaration stands: who saw its version can still withdraw."""
    person = applicant()
    made = declaring.submitted(person)
    tell(declaring, made, Trigger.ADVANCE, step="officer_review")
    assert declaring.view(person, made.declaration_id).declaration.version == made.version


def test_a_result_may_overtake_the_placing(declaring: Declaring) -> None:
    """A result that arrives before the event that put the material before the meeting is shown all the same."""
    made = declaring.submitted(applicant())
    tell(declaring, made, Trigger.PASS)
    tell(declaring, made, Trigger.PLACE)
    assert state_of(declaring, made.declaration_id) == "public_notice"


@pytest.mark.req("HB-102")
def test_discarding(declaring: Declaring) -> None:
    """Only a draft or a returned declaration is given up, and documents hears of it."""
    person = applicant()
    made = declaring.submitted(person)

    def discard(version: int) -> None:
        declaring.execute(
            withdrawing.discard_declaration,
            DiscardDeclaration(command_id=uuid.uuid4(), declaration_id=made.declaration_id, expected_version=version),
            person,
        )

    with pytest.raises(WrongState):
        discard(made.version)
    give_back(declaring, made)
    with pytest.raises(StaleVersion):
        discard(made.version)
    discard(made.version + 1)
    assert state_of(declaring, made.declaration_id) == "discarded"
    assert [topic for topic, _ in declaring.events(made.declaration_id)] == [
        "DeclarationSubmitted",
        "DeclarationDiscarded",
    ]


@pytest.mark.req("HB-23")
def test_the_history_of_a_person_is_one(declaring: Declaring) -> None:
    """Declarations of several years, from different accounts of one person, stand in one list with their receipts."""
    person = applicant()
    made = declaring.submitted(person)
    next_year = person.model_copy(update={"account_id": uuid.uuid4()})
    moment = datetime(2027, 3, 1, tzinfo=UTC)
    with clock.standing_at(moment), context.changed(arrived_at=moment):
        declaring.start(next_year)
    with declaring.database.begin() as session:
        found = drafts.own_declarations(session, actor=next_year)
        receipts = submissions.receipts(session, actor=next_year, declaration_id=made.declaration_id)
    assert [one.declaration_year for one in found] == [2027, 2026]
    assert receipts[0].receipt_number == made.receipt_number


# reading with a grant


def test_a_read_grant_shows_what_it_names(declaring: Declaring) -> None:
    """Masked fields are shown in part, blinded ones and other blocks and files not at all; the reading is recorded."""
    made = declaring.submitted(applicant())
    reader = applicant(roles=())
    whole = ReadGrant(account_id=reader.account_id, profile=PROFILE, submission_id=made.submission_id)

    def read(**limits: Any) -> Any:
        with context.changed(actor=reader), declaring.database.begin() as session:
            return submissions.submission(
                session,
                actor=reader,
                grant=whole.model_copy(update=limits),
                submission_id=made.submission_id,
            )

    with declaring.database.begin() as session:
        number = submissions.submission_card(session, submission_id=made.submission_id).id_document_no
    assert read().blocks["basic_profile"].values["id_document_no"] == number
    shown = read(
        blocks=("basic_profile", "base_materials"),
        files=(),
        masked=("basic_profile.id_document_no",),
        blinded=("basic_profile.real_name",),
    )
    assert set(shown.blocks) == {"basic_profile", "base_materials"}
    assert "*" in shown.blocks["basic_profile"].values["id_document_no"]
    assert "real_name" not in shown.blocks["basic_profile"].values
    assert (shown.receipt.files, shown.blocks["base_materials"].files) == ((), {})
    with pytest.raises(NotFound):
        read(submission_id=uuid.uuid4())
    with declaring.database.begin() as session:
        audited = session.scalars(
            select(AuditEntry.account_id).where(
                AuditEntry.action == "submission_read", AuditEntry.object_id == made.submission_id
            )
        ).all()
    assert set(audited) == {reader.account_id}
