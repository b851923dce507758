"""After a return: remarks beside fields and what changed since. And drafts that go on with a newer form."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import clock, context
from chassis.clock import SHANGHAI
from contracts.base import Actor
from contracts.declaration.drafts import (
    ContentChange,
    DraftChanges,
    SettingInput,
    StartDeclaration,
    SubmissionMade,
    SubmissionView,
)
from contracts.errors import CommandReused, NotFound
from contracts.grants import ReadGrant
from contracts.profiles import ProfileSlice
from contracts.remarks import Remark
from contracts.review import ReturnFacts
from services.declaration.operations import declaring as declaring_operations
from services.declaration.operations import following, upgrading
from services.declaration.published import PROFILES
from services.declaration.queries import submissions
from tests.factories.declaration import setting, slice_of
from tests.factories.declaring import NOW, PROFILE, Declaring, applicant


def _give_back(declaring: Declaring, made: SubmissionMade, *remarks: Remark) -> None:
    facts = ReturnFacts(
        decision_id=uuid.uuid4(),
        submission_id=made.submission_id,
        opinion="请修改",
        deadline=NOW + timedelta(days=5),
        remarks=remarks,
    )
    with declaring.database.begin() as session:
        following.follow_return(session, declaration_id=made.declaration_id, facts=facts)


def _status(declaring: Declaring, person: Actor, declaration_id: UUID) -> dict[str, Any]:
    return dict(declaring.around(person, declaration_id).blocks["applicant_status"].values)


def _changes(declaring: Declaring, person: Actor, declaration_id: UUID) -> DraftChanges:
    with context.changed(actor=person), declaring.database.begin() as session:
        return submissions.draft_changes(session, actor=person, declaration_id=declaration_id)


def _read(declaring: Declaring, person: Actor, submission_id: UUID, grant: ReadGrant | None = None) -> SubmissionView:
    with context.changed(actor=person), declaring.database.begin() as session:
        return submissions.submission(session, actor=person, grant=grant, submission_id=submission_id)


# remarks


@pytest.mark.req("HB-37", "HB-106")
def test_a_remark_stands_beside_its_field_until_that_is_changed(declaring: Declaring) -> None:
    """Each remark of a return is told with its place; changing that place and no other marks it as answered."""
    person = applicant()
    made = declaring.submitted(person)
    pinned = Remark(block="applicant_status", field="archive_holder", text="请写明档案存放单位全称。")
    whole = Remark(block="educations", text="缺少最高学历。")
    _give_back(declaring, made, pinned, whole)
    view = declaring.view(person, made.declaration_id)
    assert [(one.text, one.is_changed) for one in view.remarks] == [(pinned.text, False), (whole.text, False)]
    assert {one.block: one.remarks for one in view.blocks if one.remarks} == {"applicant_status": 1, "educations": 1}

    values = _status(declaring, person, made.declaration_id)
    declaring.save(person, made.declaration_id, "applicant_status", {**values, "hr_phone": "030020000009"})
    assert not declaring.view(person, made.declaration_id).remarks[0].is_changed
    declaring.save(person, made.declaration_id, "applicant_status", {**values, "archive_holder": "无"})
    assert [one.is_changed for one in declaring.view(person, made.declaration_id).remarks] == [True, False]


def test_remarks_end_with_the_next_submission(declaring: Declaring) -> None:
    """Once it is handed in again nothing of the former return stands beside the fields."""
    person = applicant()
    made = declaring.submitted(person)
    _give_back(declaring, made, Remark(block="applicant_status", field="archive_holder", text="请核对。"))
    declaring.submit(person, made.declaration_id)
    assert declaring.view(person, made.declaration_id).remarks == ()


# what changed


@pytest.mark.req("HB-37", "PL-22")
def test_an_officer_sees_what_changed_since_the_submission_before(declaring: Declaring) -> None:
    """The second submission tells each changed field with the old value; a masked field stays masked in both."""
    person = applicant()
    made = declaring.submitted(person)
    assert _read(declaring, person, made.submission_id).changed_since is None
    _give_back(declaring, made)
    assert _changes(declaring, person, made.declaration_id).changes == ()
    values = _status(declaring, person, made.declaration_id)
    declaring.save(person, made.declaration_id, "applicant_status", {**values, "archive_holder": "云汐演示人才中心"})
    around = declaring.around(person, made.declaration_id)
    profile = dict(around.blocks["basic_profile"].values)
    declaring.save(person, made.declaration_id, "basic_profile", {**profile, "mobile": "15400000077"})
    wanted = ContentChange(
        block="applicant_status",
        row_id=None,
        field="archive_holder",
        kind="changed",
        before=values["archive_holder"],
        after="云汐演示人才中心",
    )
    own = _changes(declaring, person, made.declaration_id)
    assert own.since_submission == 1
    assert wanted in own.changes
    assert len(own.changes) == 2

    again = declaring.submit(person, made.declaration_id)
    grant = ReadGrant(
        account_id=uuid.uuid4(),
        profile=PROFILE,
        submission_id=again.submission_id,
        masked=("basic_profile.mobile",),
        blocks=("basic_profile", "applicant_status"),
    )
    seen = _read(declaring, applicant(), again.submission_id, grant)
    assert seen.changed_since == 1
    assert wanted in seen.changes
    (mobile,) = [one for one in seen.changes if one.field == "mobile"]
    assert "15400000077" not in str(mobile)
    assert str(profile["mobile"]) not in str(mobile)


def test_changes_outside_a_grant_are_not_told(declaring: Declaring) -> None:
    """Of a block that the reader may not read no change is told either."""
    person = applicant()
    made = declaring.submitted(person)
    _give_back(declaring, made)
    values = _status(declaring, person, made.declaration_id)
    declaring.save(person, made.declaration_id, "applicant_status", {**values, "archive_holder": "无"})
    again = declaring.submit(person, made.declaration_id)
    grant = ReadGrant(
        account_id=uuid.uuid4(), profile=PROFILE, submission_id=again.submission_id, blocks=("basic_profile",)
    )
    assert _read(declaring, applicant(), again.submission_id, grant).changes == ()


def test_the_changes_of_somebody_else_are_not_found(declaring: Declaring) -> None:
    """What another person changed is not told."""
    made = declaring.submitted(applicant())
    with pytest.raises(NotFound):
        _changes(declaring, applicant(), made.declaration_id)


# what is missing


@pytest.mark.req("HB-101", "HB-64")
def test_the_task_list_says_what_is_missing_in_each_block(declaring: Declaring) -> None:
    """One call tells for each block which fields, rows and files still lack, and nothing for a complete one."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    found = {one.block: one for one in declaring.view(person, declaration_id).blocks}
    fields = {fault.pointer for fault in found["applicant_status"].missing}
    assert {"/applicant_status/archive_holder", "/applicant_status/has_title"} <= fields
    assert [fault.code for fault in found["educations"].missing][:1] == ["declaration.rows_missing"]
    assert found["honors"].missing == ()
    declaring.complete(person, declaration_id)
    assert all(not one.missing for one in declaring.view(person, declaration_id).blocks)


# beginning twice


@pytest.mark.req("PL-11")
def test_a_repeated_beginning_gives_its_answer_after_the_batch_has_closed(declaring: Declaring) -> None:
    """The same command again, long after the window, answers as at first; with other content it is refused."""
    person = applicant()
    command = StartDeclaration(command_id=uuid.uuid4(), setting=SettingInput(**setting()))
    first = declaring.start(person, command=command)
    after = NOW + timedelta(days=60)
    with clock.standing_at(after), context.changed(arrived_at=after, actor=person):
        again = declaring.execute(declaring_operations.start_declaration, command, person, chosen=None, known=None)
        other = command.model_copy(update={"setting": SettingInput(**setting(mode="exceptional"))})
        with pytest.raises(CommandReused):
            declaring.execute(declaring_operations.start_declaration, other, person, chosen=None, known=None)
    assert again == first


# newer forms


def _publish(declaring: Declaring, version: int, *, upgrade_from: date | None) -> None:
    """A newer form: one field less, one more, one with another label, from the next version on."""
    content = copy.deepcopy(slice_of(PROFILE))
    content["forms/form"]["upgrade_drafts_from"] = upgrade_from and upgrade_from.isoformat()
    (status,) = [block for block in content["forms/basic"]["blocks"] if block["id"] == "applicant_status"]
    status["fields"] = [field for field in status["fields"] if field["id"] != "hr_phone"]
    status["fields"][0]["label"] = {"zh": "现人事档案存放单位", "en": "Holder of the file"}
    status["fields"].append(
        {
            "id": f"remark_{version}",
            "label": {"zh": "备注", "en": "Remark"},
            "type": "text",
            "limit": 50,
            "required": True,
        }
    )
    slice_ = ProfileSlice(profile=PROFILE, content_hash=f"form-{version}", content=content)
    with declaring.database.begin() as session:
        PROFILES.store(session, profile_slice=slice_, version=version)
    _activate(declaring, version)


def _activate(declaring: Declaring, version: int) -> None:
    """By the true clock, for the newest activation counts."""
    with clock.standing_at(datetime.now(UTC)), declaring.database.begin() as session:
        PROFILES.activate(session, profile=PROFILE, version=version)


@pytest.fixture
def restored(declaring: Declaring) -> Iterator[None]:
    yield
    _activate(declaring, 1)


def _open(declaring: Declaring, person: Actor, declaration_id: UUID) -> Any:
    """As the service opens the task list."""
    with context.changed(actor=person), declaring.database.begin() as session:
        upgrading.upgrade_draft(session, actor=person, declaration_id=declaration_id)
    return declaring.view(person, declaration_id)


@pytest.mark.usefixtures("restored")
@pytest.mark.req("PL-16")
def test_an_open_draft_goes_on_with_the_newer_form_from_the_publishers_day(declaring: Declaring) -> None:
    """Before the day the draft keeps its form; at the first opening after it the newer asks, and tells what changed."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    _publish(declaring, 2, upgrade_from=date(2026, 11, 25))
    assert _open(declaring, person, declaration_id).declaration.profile_version == 1

    day = datetime(2026, 11, 25, 0, 0, tzinfo=SHANGHAI)
    with clock.standing_at(day), context.changed(arrived_at=day):
        view = _open(declaring, person, declaration_id)
        assert view.declaration.profile_version == 2
        told = {(one.block, one.field, one.kind, one.what) for one in view.form_upgrade.changes}
        assert told == {
            ("applicant_status", "archive_holder", "changed", ("label",)),
            ("applicant_status", "remark_2", "added", ()),
            ("applicant_status", "hr_phone", "removed", ()),
        }
        (status,) = [one for one in view.blocks if one.block == "applicant_status"]
        assert [fault.pointer for fault in status.missing] == ["/applicant_status/remark_2"]
        kept = declaring.around(person, declaration_id).blocks["applicant_status"].values
        assert kept["archive_holder"] == "演示"
        values = {name: value for name, value in kept.items() if name != "hr_phone"}
        declaring.save(person, declaration_id, "applicant_status", {**values, "remark_2": "无"})
        declaring.submit(person, declaration_id)
        assert declaring.view(person, declaration_id).form_upgrade is None


@pytest.mark.usefixtures("restored")
def test_a_draft_keeps_its_form_where_the_publisher_says_nothing(declaring: Declaring) -> None:
    """A newer form without a day reaches new declarations alone."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    _publish(declaring, 3, upgrade_from=None)
    assert _open(declaring, person, declaration_id).declaration.profile_version == 1
    assert declaring.start(applicant()).profile_version == 3


@pytest.mark.usefixtures("restored")
def test_what_was_submitted_keeps_its_form(declaring: Declaring) -> None:
    """A declaration under review is not touched; after its return it goes on with the newer form."""
    person = applicant()
    made = declaring.submitted(person)
    _publish(declaring, 4, upgrade_from=date(2026, 11, 1))
    assert _open(declaring, person, made.declaration_id).declaration.profile_version == 1
    _give_back(declaring, made)
    assert _open(declaring, person, made.declaration_id).declaration.profile_version == 4
