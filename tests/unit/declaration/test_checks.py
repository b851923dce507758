"""The automatic check: complete declarations pass, and each thing that is missing is named at its place."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.declaration.content import BlockContent, RowContent
from contracts.declaration.forms import BlockKind, FieldType
from contracts.errors import Fault
from contracts.forms.checks import (
    Circumstances,
    check_declaration,
    check_row,
    in_order,
    read_block,
    shown_content,
    superfluous,
)
from contracts.identifiers import resident_check_character
from tests.factories.declaration import BIRTH_DATE, ID_NUMBER, around, complete, fill, read_profile, setting

PROFILE = read_profile()
BLOCKS = PROFILE.form.blocks()
SETTINGS = st.builds(
    setting,
    category=st.sampled_from([one.code for one in PROFILE.catalogue.categories]),
    mode=st.sampled_from([one.code for one in PROFILE.form.options["declaration_mode"]]),
    review_mode=st.sampled_from([one.code for one in PROFILE.form.options["review_mode"]]),
)


def codes(faults: tuple[Fault, ...]) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code.removeprefix("declaration.")) for fault in faults}


def with_values(circumstances: Circumstances, block: str, **values: Any) -> Circumstances:
    old = circumstances.blocks[block]
    changed = {name: value for name, value in (old.values | values).items() if value is not None}
    return replace(circumstances, blocks={**circumstances.blocks, block: old.model_copy(update={"values": changed})})


def with_row(circumstances: Circumstances, block: str, **values: Any) -> Circumstances:
    row = circumstances.blocks[block].rows[0]
    changed = row.model_copy(update={"values": row.values | values})
    return replace(circumstances, blocks={**circumstances.blocks, block: BlockContent(rows=(changed,))})


@pytest.mark.req("HB-101", "PL-16")
@given(chosen=SETTINGS, everything=st.booleans(), has_title=st.sampled_from(["yes", "no"]))
@settings(max_examples=60, deadline=None)
def test_a_complete_declaration_passes(chosen: dict[str, str], everything: bool, has_title: str) -> None:
    """Whatever is declared, a declaration with all that the form asks for has no fault."""
    assert check_declaration(complete(PROFILE, chosen=chosen, everything=everything, has_title=has_title)) == ()


@pytest.mark.req("HB-101", "PL-17")
@given(chosen=SETTINGS, everything=st.booleans(), data=st.data())
@settings(max_examples=120, deadline=None)
def test_whatever_required_is_taken_away_is_named(chosen: dict[str, str], everything: bool, data: Any) -> None:
    """Taking one required value or file away gives a fault that points to its place, and names it in both languages."""
    whole = complete(PROFILE, chosen=chosen, everything=everything)
    places = [
        (block, field)
        for block in BLOCKS.values()
        if block.kind is not BlockKind.SETTING and block.id in whole.blocks
        for field in block.fields
        if field.required is True and block.id != "exam_plus_review_certificate"
    ]
    block, field = data.draw(st.sampled_from(places))
    content = whole.blocks[block.id]
    part: Any = content if block.rows is None else content.rows[0]
    if field.id not in part.values and field.id not in part.files:
        return
    less = part.model_copy(
        update={
            "values": {name: value for name, value in part.values.items() if name != field.id},
            "files": {name: value for name, value in part.files.items() if name != field.id},
        }
    )
    blocks = dict(whole.blocks)
    blocks[block.id] = less if block.rows is None else BlockContent(rows=(less,))
    found = {fault.pointer: fault for fault in check_declaration(replace(whole, blocks=blocks))}
    pointer = f"/{block.id}/{field.id}" if block.rows is None else f"/{block.id}/rows/0/{field.id}"
    assert found[pointer].code == (
        "declaration.file_missing" if field.type is FieldType.FILES else "declaration.field_required"
    )
    assert found[pointer].params["field"] == field.label.zh
    assert found[pointer].params["field_en"] == field.label.en


@pytest.mark.req("HB-101")
def test_an_empty_declaration_names_every_block_that_is_needed() -> None:
    """Of an empty draft the check lists each required field, each missing row and each missing file."""
    found = codes(check_declaration(around(PROFILE, chosen=setting(), blocks={})))
    assert ("/basic_profile/political_status", "field_required") in found
    assert ("/basic_profile/photo", "file_missing") in found
    assert ("/base_materials/integrity_pledge", "file_missing") in found
    assert ("/educations", "rows_missing") in found
    assert ("/work_experiences", "rows_missing") in found
    assert not any(pointer.startswith(("/honors", "/papers", "/books", "/current_certificate")) for pointer, _ in found)


@pytest.mark.req("HB-70")
def test_current_title_is_asked_of_title_holders_only() -> None:
    """With 是否有职称 = no the fields of the present title are neither asked nor kept, with yes they are required."""
    holder = complete(PROFILE, chosen=setting())
    lost = with_values(holder, "applicant_status", current_title_category=None)
    assert ("/applicant_status/current_title_category", "field_required") in codes(check_declaration(lost))
    without = with_values(holder, "applicant_status", has_title="no")
    assert check_declaration(without) == ()
    shown = shown_content(without)
    assert "current_title" not in shown["applicant_status"].values
    assert "current_certificate" not in shown


@pytest.mark.req("HB-71")
def test_school_location_is_asked_of_school_teachers_only() -> None:
    """中小学教师系列工作单位所在地类别 is required in that series and hidden in any other."""
    teacher = complete(PROFILE, chosen=setting(series="school_teacher"))
    assert teacher.blocks["applicant_status"].values["school_location_type"] == "urban"
    lost = with_values(teacher, "applicant_status", school_location_type=None)
    assert codes(check_declaration(lost)) == {("/applicant_status/school_location_type", "field_required")}
    assert (
        "school_location_type"
        not in complete(PROFILE, chosen=setting(), everything=True).blocks["applicant_status"].values
    )


@pytest.mark.parametrize(
    ("chosen", "slot"),
    [
        pytest.param({"category": "health"}, "medical_ethics_form", marks=pytest.mark.req("HB-73")),
        ({"mode": "green_channel"}, "green_channel_form"),
        ({"mode": "exceptional"}, "exceptional_promotion_form"),
    ],
)
def test_base_materials_that_depend_on_the_setting(chosen: dict[str, str], slot: str) -> None:
    """A base material that matters for some settings is required there and optional elsewhere."""
    plain = complete(PROFILE, chosen=setting())
    special = replace(plain, setting=setting(**chosen))
    assert (f"/base_materials/{slot}", "file_missing") in codes(check_declaration(special))
    assert check_declaration(plain) == ()


@pytest.mark.req("HB-78")
@given(
    marks=st.lists(st.tuples(st.sampled_from(["yes", "no"]), st.sampled_from(["yes", "no"])), min_size=1, max_size=5)
)
@settings(deadline=None)
def test_exactly_one_first_and_one_highest_education(marks: list[tuple[str, str]]) -> None:
    """Among the education rows exactly one is the first and exactly one the highest."""
    whole = complete(PROFILE, chosen=setting())
    row = whole.blocks["educations"].rows[0]
    rows = tuple(
        row.model_copy(update={"values": row.values | {"is_first_education": first, "is_highest_education": highest}})
        for first, highest in marks
    )
    found = check_declaration(replace(whole, blocks={**whole.blocks, "educations": BlockContent(rows=rows)}))
    wrong = [fault for fault in found if fault.code == "declaration.exactly_one_needed"]
    expected = sum(sum(mark[place] == "yes" for mark in marks) != 1 for place in (0, 1))
    assert len(wrong) == len(found) == expected


@pytest.mark.req("HB-81", "HB-82")
def test_examination_blocks_belong_to_their_review_modes() -> None:
    """以考代评 asks for its certificate rows, 考评结合 for its form, 评审 for neither."""
    plain = complete(PROFILE, chosen=setting())
    in_lieu = replace(plain, setting=setting(review_mode="exam_in_lieu"))
    assert codes(check_declaration(in_lieu)) == {("/exam_in_lieu_certificates", "rows_missing")}
    combined = replace(plain, setting=setting(review_mode="exam_plus_review"))
    assert {p.split("/")[1] for p, _ in codes(check_declaration(combined))} == {"exam_plus_review_certificate"}


def test_examination_before_review_needs_certificate_or_transcript() -> None:
    """Of 证书 and 成绩单 at least one is needed."""
    whole = complete(PROFILE, chosen=setting(review_mode="exam_plus_review"))
    block = whole.blocks["exam_plus_review_certificate"].model_copy(update={"files": {}})
    bare = replace(whole, blocks={**whole.blocks, "exam_plus_review_certificate": block})
    assert codes(check_declaration(bare)) == {("/exam_plus_review_certificate/certificate_file", "one_of_needed")}


@pytest.mark.req("HB-83")
def test_a_score_must_be_valid_at_the_cut_off_date() -> None:
    """成绩有效期 before the batch's cut-off date is refused, the day itself is accepted."""
    whole = complete(PROFILE, chosen=setting(review_mode="exam_plus_review"))
    assert check_declaration(whole) == ()
    short = with_values(whole, "exam_plus_review_certificate", valid_until="2026-12-30")
    assert codes(check_declaration(short)) == {("/exam_plus_review_certificate/valid_until", "below_other")}


@pytest.mark.req("HB-95")
def test_years_in_technical_work_begin_after_the_present_title() -> None:
    """The technical years cannot begin before the month of the present title; full years are computed."""
    whole = complete(PROFILE, chosen=setting())
    early = with_values(whole, "roster_supplement", technical_years_from="2018-05", technical_years_to="2026-05")
    assert codes(check_declaration(early)) == {("/roster_supplement/technical_years_from", "below_other")}
    right = with_values(whole, "roster_supplement", technical_years_from="2018-06", technical_years_to="2026-05")
    assert check_declaration(right) == ()
    assert shown_content(right)["roster_supplement"].values["technical_years"] == 7


@pytest.mark.req("HB-96")
@given(chosen=SETTINGS)
@settings(deadline=None, max_examples=30)
def test_grassroots_years_are_for_education_and_health(chosen: dict[str, str]) -> None:
    """获现职后基层工作年限 is shown to applicants of education and health only."""
    whole = complete(PROFILE, chosen=chosen, everything=True)
    shown = shown_content(whole)["roster_supplement"].values
    assert ("grassroots_years" in shown) is (chosen["category"] in ("teaching", "health"))


@pytest.mark.req("HB-97")
def test_exception_grounds_follow_the_mode() -> None:
    """破格条件 is hidden for normal declarations, required for exceptional ones, optional for the other modes."""
    whole = complete(PROFILE, chosen=setting())
    exceptional = codes(check_declaration(replace(whole, setting=setting(mode="exceptional"))))
    assert ("/roster_supplement/exception_grounds", "field_required") in exceptional
    assert check_declaration(replace(whole, setting=setting(mode="one_step"))) == ()
    typed = with_values(whole, "roster_supplement", exception_grounds="理由")
    assert "exception_grounds" not in shown_content(typed)["roster_supplement"].values


def test_ranks_do_not_exceed_the_number_recommended() -> None:
    """Both ranks of the quantified ranking are at most the number that the unit recommends."""
    whole = complete(PROFILE, chosen=setting())
    wrong = with_values(whole, "roster_supplement", ranking_total=3, ranking_score_rank=4, ranking_recommend_rank=3)
    assert codes(check_declaration(wrong)) == {("/roster_supplement/ranking_score_rank", "above_other")}


@pytest.mark.req("PL-10")
def test_birth_date_and_sex_agree_with_the_identity_number() -> None:
    """A birth date or sex other than that of the identity number is a fault at its field."""
    whole = complete(PROFILE, chosen=setting())
    other = with_values(whole, "basic_profile", birth_date="1989-03-18", gender="1")
    assert codes(check_declaration(other)) == {
        ("/basic_profile/birth_date", "birth_date_differs"),
        ("/basic_profile/gender", "gender_differs"),
    }
    passport = with_values(whole, "basic_profile", id_document_type="414", id_document_no="E99999999", gender="1")
    assert check_declaration(passport) == ()


def test_a_cascade_must_follow_the_catalogue() -> None:
    """A title of another series, or a step without the one before, is refused."""
    whole = complete(PROFILE, chosen=setting())
    wrong = with_values(whole, "applicant_status", current_title="clinical.intermediate")
    assert ("/applicant_status/current_title", "not_in_catalogue") in codes(check_declaration(wrong))
    block = BLOCKS["applicant_status"]
    _, faults = read_block(
        block, {"has_title": "yes", "current_title": "x.y"}, stored={}, around=whole, pointer="/applicant_status"
    )
    assert codes(faults) == {("/applicant_status/current_title", "choice_without_parent")}


@pytest.mark.req("HB-63")
def test_a_changed_setting_names_what_becomes_superfluous() -> None:
    """Leaving 考评结合 makes its certificate superfluous, leaving the school series its location."""
    whole = complete(PROFILE, chosen=setting(series="school_teacher", review_mode="exam_plus_review"), everything=True)
    lost = superfluous(whole, setting=setting())
    assert [(block.id, field.id if field else None) for block, field in lost] == [
        ("applicant_status", "school_location_type"),
        ("exam_plus_review_certificate", None),
    ]


# saving


@pytest.mark.req("HB-99")
@given(chosen=SETTINGS, data=st.data())
@settings(deadline=None, max_examples=60)
def test_a_part_of_a_block_can_be_saved(chosen: dict[str, str], data: Any) -> None:
    """Any subset of valid values without cascades is stored as it was sent, complete or not."""
    whole = complete(PROFILE, chosen=chosen, everything=True)
    block = data.draw(
        st.sampled_from([b for b in BLOCKS.values() if b.id in whole.blocks and b.kind is not BlockKind.FILES])
    )
    content = whole.blocks[block.id]
    values = content.values if block.rows is None else content.rows[0].values
    free = [f.id for f in block.fields if f.id in values and f.type not in (FieldType.CASCADE, FieldType.ID_NUMBER)]
    free = [name for name in free if not (found := block.field(name)) or not found.read_only]
    chosen_names = data.draw(st.sets(st.sampled_from(free))) if free else set()
    raw = {name: values[name] for name in chosen_names}
    stored, faults = read_block(block, raw, stored={}, around=whole, pointer="")
    assert faults == ()
    computed = {field.id for field in block.fields if field.years_between is not None}
    assert set(stored) - computed <= chosen_names
    assert all(stored[name] == raw[name] for name in set(stored) - computed)


@given(
    raw=st.dictionaries(
        st.sampled_from([f.id for b in BLOCKS.values() for f in b.fields] + ["nothing", "a/b~c"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(),
            st.lists(st.text()),
            st.dictionaries(st.text(), st.text()),
            st.dates().map(str),
        ),
        max_size=8,
    ),
    block=st.sampled_from(list(BLOCKS)),
)
@settings(deadline=None, max_examples=300)
def test_no_input_breaks_the_reader(raw: dict[str, Any], block: str) -> None:
    """Whatever is sent, the reader answers with values and faults, and what it stores it accepts again."""
    circumstances = around(PROFILE, chosen=setting(), blocks={})
    stored, faults = read_block(BLOCKS[block], raw, stored={}, around=circumstances, pointer=f"/{block}")
    json.dumps([fault.model_dump() for fault in faults])
    again, more = read_block(
        BLOCKS[block],
        {k: v for k, v in stored.items() if (f := BLOCKS[block].field(k)) and f.years_between is None},
        stored=stored,
        around=circumstances,
        pointer="",
    )
    assert more == ()
    assert again == stored


@pytest.mark.req("HB-98", "PL-17")
@given(text=st.text(alphabet=st.sampled_from("职𬭎a\n·"), min_size=390, max_size=410))
def test_limits_count_code_points(text: str) -> None:
    """A text of 400 characters is taken, one more is refused, whatever plane the characters are of."""
    raw = {"work_summary_abstract": text}
    circumstances = around(PROFILE, chosen=setting(), blocks={})
    stored, faults = read_block(BLOCKS["basic_profile"], raw, stored={}, around=circumstances, pointer="/basic_profile")
    length = len(text.strip())
    assert bool(faults) is (length > 400)
    if faults:
        assert faults[0].params["length"] == length
        assert faults[0].pointer == "/basic_profile/work_summary_abstract"
    else:
        assert stored.get("work_summary_abstract", "") == text.strip()


def test_read_only_values_are_kept() -> None:
    """Name and document number come from the account; something else under their name is refused."""
    circumstances = around(PROFILE, chosen=setting(), blocks={})
    known = {
        "real_name": "闻人溪",
        "id_document_type": "111",
        "id_document_no": ID_NUMBER + resident_check_character(ID_NUMBER),
    }
    block = BLOCKS["basic_profile"]
    stored, faults = read_block(block, {"ethnicity": "01"}, stored=known, around=circumstances, pointer="")
    assert faults == ()
    assert stored == known | {"ethnicity": "01"}
    _, faults = read_block(block, {"real_name": "别人"}, stored=known, around=circumstances, pointer="")
    assert codes(faults) == {("/real_name", "read_only_field")}


def test_hidden_values_are_dropped_on_saving() -> None:
    """What the form does not ask any more goes with the next save of the block."""
    values, _ = fill(BLOCKS["applicant_status"], complete(PROFILE, chosen=setting()))
    circumstances = around(PROFILE, chosen=setting(), blocks={})
    stored, faults = read_block(
        BLOCKS["applicant_status"], values | {"has_title": "no"}, stored={}, around=circumstances, pointer=""
    )
    assert faults == ()
    assert not any(name.startswith("current_title") for name in stored)


def test_a_row_must_be_coherent_when_it_is_confirmed() -> None:
    """A row whose end lies before its start is refused in its dialog."""
    circumstances = around(PROFILE, chosen=setting(), blocks={})
    values = {"start_month": "2020-09", "end_month": "2020-08"}
    found = check_row(BLOCKS["educations"], values, around=circumstances, pointer="", row=None)
    assert codes(found) == {("/end_month", "below_other")}


@pytest.mark.req("PL-19")
@given(months=st.lists(st.one_of(st.none(), st.dates().map(lambda day: f"{day:%Y-%m}")), max_size=8))
def test_rows_are_shown_by_time(months: list[str | None]) -> None:
    """Rows stand in the order of time, those without a time at the end."""
    rows = [
        RowContent(row_id=uuid.uuid4(), version=1, values={} if month is None else {"start_month": month})
        for month in months
    ]
    shown = [row.values.get("start_month") for row in in_order(BLOCKS["educations"], rows)]
    times = [month for month in months if month is not None]
    assert shown == sorted(times) + [None] * (len(months) - len(times))


def test_every_fault_has_a_text_in_both_languages() -> None:
    """The words for each fault exist in Chinese and English and use only what every fault carries."""
    locales = Path(__file__).parents[3] / "locales"
    texts = [json.loads((locales / name / "errors.json").read_text(encoding="utf-8")) for name in ("zh-CN", "en")]
    empty = check_declaration(around(PROFILE, chosen=setting(review_mode="exam_plus_review"), blocks={}))
    raw: dict[str, Any] = {field.id: [] for field in BLOCKS["basic_profile"].fields} | {"x": 1}
    circumstances = around(PROFILE, chosen=setting(), blocks={})
    _, refused = read_block(BLOCKS["basic_profile"], raw, stored={}, around=circumstances, pointer="")
    for fault in (*empty, *refused):
        for messages in texts:
            assert messages[fault.code].format(**fault.params)


def test_ages_are_those_of_the_invented_person() -> None:
    """The invented identity number is valid and tells its birth date."""
    whole = complete(PROFILE, chosen=setting())
    assert whole.blocks["basic_profile"].values["birth_date"] == BIRTH_DATE.isoformat()
