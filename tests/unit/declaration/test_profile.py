"""Hebei's declaration slice says what the requirement tables say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.declaration.forms import BlockKind, FieldType, FormField
from contracts.declaration.workflow import TERMINAL_KINDS, StateKind, Trigger
from services.declaration.rules import workflow as rules
from services.declaration.rules.profile import DeclarationProfile
from tests.factories.declaration import read_profile, slice_of

PROFILE = read_profile()


def field(path: str) -> FormField:
    block, _, name = path.partition(".")
    found = PROFILE.form.blocks()[block].field(name)
    assert found is not None
    return found


@pytest.mark.req("HB-64")
def test_sections_stand_in_the_order_of_the_manual() -> None:
    """The menu of the declaration has the manual's seven sections, the first with its three blocks."""
    assert [section.label.zh for section in PROFILE.form.sections] == [
        "基础信息",
        "申报信息",
        "学习资历",
        "专业技术工作经历",
        "业绩成果",
        "论文论著",
        "补充信息",
    ]
    assert [block.label.zh for block in PROFILE.form.sections[0].blocks] == [
        "个人基本信息",
        "申报人现状",
        "申报基础材料",
    ]


STARS = {
    "basic_profile": "* * * * * * * * - * - * - - - - *",
    "applicant_status": "* * * * * * * * * * * * *",
    "base_materials": "* * * * - ? ? - - - ? - - - -",
    "setting": "- * * * * * * *",
    "educations": "* * * * * * * * * * * - -",
    "work_experiences": "* * * * * *",
    "current_certificate": "* * * * * - - * *",
    "exam_in_lieu_certificates": "* * * * * - - * *",
    "exam_plus_review_certificate": "* * * * * - - * * - * - -",
    "annual_assessments": "* * *",
    "technical_experiences": "* * * *",
    "special_experiences": "* * * * *",
    "papers": "* * * * * * - * - - -",
    "books": "* * * * * - - - * *",
}


@pytest.mark.parametrize("block", STARS)
@pytest.mark.req("HB-65", "HB-68", "HB-72", "HB-77", "HB-79", "HB-80", "HB-85", "HB-86", "HB-87", "HB-89", "HB-90")
def test_stars_are_those_of_the_manual(block: str) -> None:
    """Each block asks for the fields in the manual's order, with its stars; ? is required under a condition."""
    fields = list(PROFILE.form.blocks()[block].fields)
    marks = ["?" if not isinstance(one.required, bool) else "*" if one.required else "-" for one in fields]
    assert " ".join(marks) == STARS[block]


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("basic_profile.org_phone", 12),
        ("basic_profile.work_summary_abstract", 400),
        ("applicant_status.archive_holder", 50),
        ("applicant_status.hr_phone", 12),
        ("educations.school", 200),
        ("work_experiences.org_name", 100),
        ("work_experiences.technical_post", 100),
        ("work_experiences.witness", 36),
        ("current_certificate.approval_no", 36),
        ("technical_experiences.content", 500),
        ("special_experiences.remark", 500),
        ("papers.title_text", 100),
        ("papers.index_url", 300),
        ("books.remark", 500),
        ("roster_supplement.health", 20),
        ("roster_supplement.administrative_post", 20),
        ("roster_supplement.exception_grounds", 200),
    ],
)
def test_limits_are_those_of_the_manual(path: str, limit: int) -> None:
    """A text takes as many characters as the manual's counter shows."""
    assert field(path).limit == limit


@pytest.mark.req("HB-66")
def test_photo_takes_any_picture_up_to_500_kb() -> None:
    """The photo is one picture of any format of at most 500 KB."""
    slot = field("basic_profile.photo").slot
    assert slot is not None
    assert (slot.accept, slot.max_kb, slot.max_files) == (("image",), 500, 1)


@pytest.mark.req("HB-72", "HB-74")
def test_base_materials_are_the_manuals_fifteen_kinds() -> None:
    """申报基础材料 lists fifteen kinds and offers the template of the ethics evaluation."""
    block = PROFILE.form.blocks()["base_materials"]
    assert block.kind is BlockKind.FILES
    assert len(block.fields) == 15
    assert [one.label.zh for one in block.downloads] == ["职业道德评价表"]


@pytest.mark.req("HB-58")
def test_seven_modes_with_their_meanings() -> None:
    """申报方式 has exactly seven values, each with a meaning to be shown."""
    modes = PROFILE.form.options["declaration_mode"]
    assert [one.code for one in modes] == [
        "normal",
        "civil_service_transfer",
        "one_step",
        "green_channel",
        "exceptional",
        "series_transfer",
        "high_skill_talent",
    ]
    assert all(one.meaning for one in modes)


@pytest.mark.req("HB-59")
def test_four_review_modes() -> None:
    """评审方式 offers the two values seen and the two that the examination forms imply."""
    assert [one.label.zh for one in PROFILE.form.options["review_mode"]] == [
        "评审",
        "社会化评审",
        "以考代评",
        "考评结合",
    ]


@pytest.mark.req("HB-91")
def test_books_need_both_covers() -> None:
    """封面 and 封底 of a book are required, 工作量证明 is not."""
    assert (field("books.front_cover").required, field("books.back_cover").required) == (True, True)
    assert field("books.workload_proof").required is False


@pytest.mark.req("HB-93")
def test_roster_shows_five_filling_rules() -> None:
    """一览表补充信息 carries the five rules of the manual."""
    assert len(PROFILE.form.blocks()["roster_supplement"].instructions) == 5


def test_sensitive_fields_are_marked() -> None:
    """Identity number, mobile number and state of health are stored encrypted."""
    marked = {
        f"{block.id}.{one.id}" for block in PROFILE.form.blocks().values() for one in block.fields if one.sensitive
    }
    assert marked == {"basic_profile.id_document_no", "basic_profile.mobile", "roster_supplement.health"}


def test_every_state_is_reached_and_every_way_ends() -> None:
    """From each state of Hebei's table some way leads to an end, and from an end none."""
    workflow = PROFILE.workflow
    ends = {state.id for state in workflow.states if state.kind in TERMINAL_KINDS}
    for state in workflow.states:
        reached = {state.id}
        while more := {m.to for m in workflow.transitions if m.to and reached & {*m.from_states}} - reached:
            reached |= more
        assert reached & ends
        assert not (state.id in ends and rules.open_actions(workflow, state.id))


@pytest.mark.req("HB-102", "HB-103", "HB-104")
def test_who_may_do_what_in_which_state() -> None:
    """Saving, submitting and discarding are open in draft and returned, withdrawing before the unit has decided."""
    workflow = PROFILE.workflow
    allowed = {
        trigger: {s.id for s in workflow.states if rules.find_transition(workflow, state=s.id, trigger=trigger)}
        for trigger in (Trigger.SAVE, Trigger.SUBMIT, Trigger.DISCARD, Trigger.WITHDRAW)
    }
    assert allowed[Trigger.SAVE] == allowed[Trigger.SUBMIT] == allowed[Trigger.DISCARD] == {"draft", "returned"}
    assert allowed[Trigger.WITHDRAW] == {"officer_pending"}
    assert {s.id for s in workflow.states if rules.is_editable(workflow, s.id)} == {"draft", "returned"}


def test_a_resumed_case_stands_where_it_was_held() -> None:
    """Resuming leads back to the state before the hold."""
    row = rules.find_transition(PROFILE.workflow, state="on_hold", trigger=Trigger.RESUME)
    assert row is not None
    assert rules.next_state(row, state="on_hold", previous="upper_pending") == "upper_pending"


def test_an_overtaken_event_changes_nothing() -> None:
    """A step of the route that arrives after the committee took over has no row in the table."""
    row = rules.find_transition(PROFILE.workflow, state="in_meeting", trigger=Trigger.ADVANCE, step="committee_check")
    assert row is None
    assert rules.kind_of(PROFILE.workflow, "in_meeting") is StateKind.AT_COMMITTEE


def broken(change: Any) -> dict[str, Any]:
    content = copy.deepcopy(slice_of("hebei"))
    change(content)
    return content


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.pop("catalogue"),
        lambda c: c.pop("workflow"),
        lambda c: c.pop("forms/basic"),
        lambda c: c["forms/form"].update(sections=["basic"]),
        lambda c: c["options"].pop("gender"),
        lambda c: c["workflow"].update(initial="nowhere"),
        lambda c: c["workflow"]["transitions"].pop(1),
        lambda c: c["forms/basic"]["blocks"][0]["fields"][0].update(required={"field": "nowhere.x", "filled": True}),
        lambda c: c["forms/basic"]["blocks"][0]["fields"][0].update(required={"field": "gender"}),
        lambda c: c["forms/basic"]["blocks"][0]["fields"][0].pop("limit"),
        lambda c: c["forms/basic"]["blocks"][1].update(
            visible={"field": "applicant_status.has_title", "equals": "yes"}
        ),
        lambda c: c["batches"]["batches"][0].update(closes_on="2024-01-01"),
        lambda c: c["batches"]["batches"][0].update(code="2026"),
        lambda c: c["catalogue"]["categories"].append(c["catalogue"]["categories"][0]),
        lambda c: c.update(options=["gender"]),
    ],
)
def test_a_broken_slice_is_refused(change: Any) -> None:
    """A slice that refers to what it does not have is refused when it is published, not when somebody declares."""
    with pytest.raises(ValidationError):
        DeclarationProfile.model_validate(broken(change))


def test_files_are_the_only_fields_with_slots() -> None:
    """Every attachment slot has rules for type and size."""
    for block in PROFILE.form.blocks().values():
        for one in block.fields:
            assert (one.type is FieldType.FILES) is (one.slot is not None)
