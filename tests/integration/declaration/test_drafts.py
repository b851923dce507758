"""A draft on a real PostgreSQL: setting, blocks, rows, files."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest

from chassis import clock, context
from contracts.base import Role, RoleGrant
from contracts.declaration.drafts import (
    ChangeRow,
    ChangeSetting,
    DeleteRow,
    DetachFile,
    DiscardDeclaration,
    SettingInput,
    StartDeclaration,
    WithdrawDeclaration,
)
from contracts.declaration.refusals import (
    AlreadyDeclared,
    FileNotUsable,
    FileTooLarge,
    FileTypeRefused,
    NoCommittee,
    NotThisBlock,
    SlotFull,
)
from contracts.declaration.workflow import StateKind
from contracts.documents import Verdict
from contracts.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from services.declaration.operations import attaching, drafting, withdrawing
from services.declaration.operations.declaring import change_setting
from services.declaration.queries import drafts, submissions
from services.declaration.tables import Declaration
from tests.factories.declaration import setting
from tests.factories.declaring import NOW, PROFILE, Declaring, applicant, committee

# the setting


@pytest.mark.req("HB-55", "HB-56", "HB-61", "HB-65")
def test_a_declaration_begins_with_setting_and_known_data(declaring: Declaring) -> None:
    """立即申报 makes a draft of the year for the person's unit, with name, number, sex and birth date filled in."""
    person = applicant()
    begun = declaring.start(person)
    assert (begun.state, begun.state_kind, begun.declaration_year) == ("draft", StateKind.DRAFT, 2026)
    assert begun.organization_name == "云汐演示大学"
    assert begun.setting.labels["title_series"] == "高等学校教师-本科"
    assert [one.action for one in begun.actions] == ["save", "submit", "discard"]
    known = declaring.around(person, begun.declaration_id).blocks["basic_profile"].values
    assert known["real_name"] == "买合木提·艾则孜·阿勒泰尼"
    assert (known["birth_date"], known["gender"]) == ("1989-03-17", "2")


@pytest.mark.req("HB-57", "PL-18")
def test_a_setting_outside_the_catalogue_is_refused(declaring: Declaring) -> None:
    """A title of another series, or an unknown mode, is named as the field at fault, and nothing is begun."""
    wrong = setting() | {"declared_title": "clinical.intermediate", "declaration_mode": "by_luck"}
    with pytest.raises(InvalidInput) as caught:
        declaring.start(applicant(), command=StartDeclaration(command_id=uuid.uuid4(), setting=SettingInput(**wrong)))
    assert {fault.pointer for fault in caught.value.faults} == {"/setting/declared_title", "/setting/declaration_mode"}


@pytest.mark.req("HB-62")
def test_a_setting_without_an_open_committee_is_refused(declaring: Declaring) -> None:
    """Where no committee accepts the setting, or none is open, nothing can be declared."""
    for committees in ((), (committee(is_open=False),)):
        with pytest.raises(NoCommittee):
            declaring.start(applicant(), committees=committees)


@pytest.mark.req("HB-62")
def test_committees_may_demand_more_than_the_form(declaring: Declaring) -> None:
    """What every open committee demands is required; what only one of them does is not."""
    person = applicant()
    strict = committee(required_blocks=("papers",), required_attachments=("continuing_education_certificate",))
    also = committee(required_blocks=("papers", "books"), required_attachments=("continuing_education_certificate",))
    declaration_id = declaring.start(person, committees=(strict, also)).declaration_id
    declaring.complete(person, declaration_id)
    with declaring.database.begin() as session:
        faults = drafts.check(session, actor=person, declaration_id=declaration_id).faults
        shown = drafts.declaration(session, actor=person, declaration_id=declaration_id)
    assert shown.demanded == ("continuing_education_certificate", "papers")
    assert {(fault.pointer, fault.code) for fault in faults} == {
        ("/papers", "declaration.rows_missing"),
        ("/base_materials/continuing_education_certificate", "declaration.file_missing"),
    }


def test_one_declaration_per_person_and_year(declaring: Declaring) -> None:
    """A second one is refused until the first is discarded; two at once make one."""
    person = applicant()
    first = declaring.start(person)
    with pytest.raises(AlreadyDeclared):
        declaring.start(person)
    declaring.execute(
        withdrawing.discard_declaration,
        DiscardDeclaration(command_id=uuid.uuid4(), declaration_id=first.declaration_id, expected_version=1),
        person,
    )
    assert declaring.start(person).declaration_id != first.declaration_id
    racer = applicant()
    outcomes: list[object] = []

    def race() -> None:
        with context.use(context.CallContext(profile=PROFILE, arrived_at=NOW)), clock.standing_at(NOW):
            try:
                outcomes.append(declaring.start(racer))
            except DomainError as refusal:
                outcomes.append(type(refusal))

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(AlreadyDeclared) == 3


def test_only_applicants_declare(declaring: Declaring) -> None:
    """An officer without the role of an applicant begins nothing."""
    with pytest.raises(NotAllowed):
        declaring.start(applicant(roles=(RoleGrant(role=Role.CASE_OFFICER, organization_id=uuid.uuid4()),)))


@pytest.mark.req("HB-63")
def test_changing_the_setting_tells_what_becomes_superfluous(declaring: Declaring) -> None:
    """Leaving 破格申报 makes the grounds superfluous; the new setting asks for other things."""
    person = applicant()
    begun = declaring.start(person, mode="exceptional")
    declaring.complete(person, begun.declaration_id)
    command = ChangeSetting(
        command_id=uuid.uuid4(),
        declaration_id=begun.declaration_id,
        expected_version=begun.version,
        setting=SettingInput(**setting(category="health")),
    )
    changed = declaring.execute(change_setting, command, person, committees=(committee(),))
    assert [(one.block, one.field) for one in changed.superfluous] == [("roster_supplement", "exception_grounds")]
    faults = {one.block: one.faults for one in declaring.view(person, begun.declaration_id).blocks}
    assert faults["base_materials"] == 1
    stale = command.model_copy(update={"command_id": uuid.uuid4()})
    with pytest.raises(StaleVersion):
        declaring.execute(change_setting, stale, person, committees=(committee(),))


# drafts


@pytest.mark.req("PL-12")
def test_two_tabs_do_not_overwrite_each_other(declaring: Declaring) -> None:
    """The second of two saves of one revision of a block is told so; another block is not concerned."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    saved = declaring.save(person, declaration_id, "applicant_status", {"archive_holder": "无"}, expected_version=0)
    assert saved.version == 1
    with pytest.raises(StaleVersion):
        declaring.save(person, declaration_id, "applicant_status", {"archive_holder": "档案馆"}, expected_version=0)
    assert (
        declaring.save(person, declaration_id, "roster_supplement", {"health": "良好"}, expected_version=0).version == 1
    )
    assert declaring.around(person, declaration_id).blocks["applicant_status"].values == {"archive_holder": "无"}


@pytest.mark.req("PL-17")
def test_a_faulty_block_is_refused_whole(declaring: Declaring) -> None:
    """With one value that cannot be stored nothing of the block is stored, and the fault is at its field."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    values = {"archive_holder": "字" * 51, "has_title": "no", "nothing": 1}
    with pytest.raises(InvalidInput) as caught:
        declaring.save(person, declaration_id, "applicant_status", values)
    assert {fault.pointer: fault.code for fault in caught.value.faults} == {
        "/values/nothing": "declaration.unknown_field",
        "/values/archive_holder": "declaration.too_long",
    }
    assert "applicant_status" not in declaring.around(person, declaration_id).blocks


def test_markup_is_text(declaring: Declaring) -> None:
    """Template marks and XML in a text are stored as they were typed."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    hostile = "{{ 7*7 }} {% raw %} <w:p/> & ]]> '; DROP TABLE declaration; --"
    declaring.save(person, declaration_id, "basic_profile", {"work_summary_abstract": hostile})
    stored = declaring.around(person, declaration_id).blocks["basic_profile"].values
    assert stored["work_summary_abstract"] == hostile
    assert stored["real_name"] == "买合木提·艾则孜·阿勒泰尼"


@pytest.mark.req("PL-19")
def test_rows_are_added_changed_deleted_with_their_files(declaring: Declaring) -> None:
    """A row has its own version and files; deleting it takes the files from the draft."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    row = declaring.around(person, declaration_id).blocks["educations"].rows[0]
    assert [file.name for file in row.files["education_certificate"]] == ["演示材料.pdf"]
    change = ChangeRow(
        command_id=uuid.uuid4(),
        declaration_id=declaration_id,
        block="educations",
        row_id=row.row_id,
        expected_version=1,
        values=row.values | {"school": "澄屿演示理工大学"},
    )
    changed = declaring.execute(drafting.change_row, change, person)
    assert changed.row_version == 2
    with pytest.raises(StaleVersion):
        declaring.execute(drafting.change_row, change.model_copy(update={"command_id": uuid.uuid4()}), person)
    backwards = change.model_copy(
        update={"command_id": uuid.uuid4(), "expected_version": 2, "values": row.values | {"end_month": "1990-01"}}
    )
    with pytest.raises(InvalidInput):
        declaring.execute(drafting.change_row, backwards, person)
    delete = DeleteRow(
        command_id=uuid.uuid4(),
        declaration_id=declaration_id,
        block="educations",
        row_id=row.row_id,
        expected_version=2,
    )
    declaring.execute(drafting.delete_row, delete, person)
    after = declaring.around(person, declaration_id).blocks["educations"]
    assert after.rows == ()
    file_id = row.files["education_certificate"][0].file_id
    with declaring.database.begin() as session:
        assert submissions.attached_files(session, file_ids=(file_id,)) == ()


def test_a_block_is_filled_in_as_its_kind_says(declaring: Declaring) -> None:
    """Rows cannot be saved as a form, the setting not as a block, and a hidden block not at all."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    for name in ("educations", "setting", "base_materials", "exam_plus_review_certificate"):
        with pytest.raises(NotThisBlock):
            declaring.save(person, declaration_id, name, {})
    with pytest.raises(KeyError):
        declaring.save(person, declaration_id, "no_such_block", {})


@pytest.mark.req("PL-04")
def test_a_foreign_declaration_is_not_there(declaring: Declaring) -> None:
    """Another person's declaration, its blocks, files and receipts are not found."""
    owner, stranger = applicant(), applicant()
    made = declaring.submitted(owner)
    with declaring.database.begin() as session:
        for ask in (
            lambda: drafts.declaration(session, actor=stranger, declaration_id=made.declaration_id),
            lambda: drafts.block(session, actor=stranger, declaration_id=made.declaration_id, name="honors"),
            lambda: drafts.check(session, actor=stranger, declaration_id=made.declaration_id),
            lambda: submissions.receipts(session, actor=stranger, declaration_id=made.declaration_id),
            lambda: submissions.submission(session, actor=stranger, grant=None, submission_id=made.submission_id),
        ):
            with pytest.raises(NotFound):
                ask()
    with pytest.raises(NotFound):
        declaring.execute(
            withdrawing.withdraw_declaration,
            WithdrawDeclaration(command_id=uuid.uuid4(), declaration_id=made.declaration_id, expected_version=2),
            stranger,
        )


def test_another_profile_sees_nothing(declaring: Declaring) -> None:
    """Row-level security hides the declarations of one province from the transactions of another."""
    made = declaring.submitted(applicant())
    with declaring.database.begin("shandong") as session:
        assert session.get(Declaration, made.declaration_id) is None
        with pytest.raises(NotFound):
            submissions.submission_card(session, submission_id=made.submission_id)


# files


@pytest.mark.req("PL-20")
def test_a_slot_takes_only_what_fits(declaring: Declaring) -> None:
    """A file must be the applicant's, checked, of an accepted type and size, and the slot must have room."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id

    def attach(place: str, **values: Any) -> None:
        declaring.attach(person, declaration_id, place, declaring.upload(person, **values))

    for values, refusal in (
        ({"account_id": uuid.uuid4()}, NotFound),
        ({"verdict": Verdict.CHECKING, "kind": None, "sha256": None}, FileNotUsable),
        ({"verdict": Verdict.REFUSED, "refused_because": "executable"}, FileNotUsable),
        ({"kind": "pdf"}, FileTypeRefused),
        ({"kind": "webp", "size": 500 * 1024 + 1}, FileTooLarge),
    ):
        with pytest.raises(refusal):
            attach("basic_profile.photo", **values)
    with pytest.raises(NotFound):
        declaring.attach(person, declaration_id, "basic_profile.photo", uuid.uuid4())
    for place in ("basic_profile.real_name", "basic_profile.nothing", "educations.education_certificate"):
        with pytest.raises(NotFound):
            attach(place)
    attach("basic_profile.photo", kind="webp", size=500 * 1024)
    with pytest.raises(SlotFull):
        attach("basic_profile.photo", kind="png")


@pytest.mark.req("HB-75", "PL-21")
def test_files_are_counted_and_taken_out(declaring: Declaring) -> None:
    """A slot holds several files; attaching one twice changes nothing, detaching it leaves the others."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    files = [declaring.upload(person), declaring.upload(person)]
    for file_id in [*files, files[0]]:
        declaring.attach(person, declaration_id, "base_materials.other_material", file_id)
    slot = declaring.around(person, declaration_id).blocks["base_materials"].files["other_material"]
    assert {file.file_id for file in slot} == set(files)
    assert len(slot) == 2
    command = DetachFile(
        command_id=uuid.uuid4(),
        declaration_id=declaration_id,
        block="base_materials",
        slot="other_material",
        file_id=files[0],
    )
    declaring.execute(attaching.detach_file, command, person)
    slot = declaring.around(person, declaration_id).blocks["base_materials"].files["other_material"]
    assert [file.file_id for file in slot] == files[1:]
