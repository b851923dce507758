"""Numbers that name people and organisations are judged by the standards, not by tables of regions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identifiers import (
    DocumentType,
    Sex,
    any_document_number_fault,
    birth_date,
    credit_code_fault,
    document_number_fault,
    email_fault,
    is_demo_identity,
    is_demo_mobile,
    mask_number,
    mobile_fault,
    name_fault,
    normalize_mobile,
    normalize_name,
    normalize_number,
    organization_code_fault,
    resident_check_character,
    resident_number_fault,
    sex,
)

TODAY = date(2026, 11, 21)


@pytest.mark.req("PL-10")
@pytest.mark.parametrize(
    ("written", "kept", "born", "is_sex"),
    [
        ("139901198503040012", "139901198503040012", date(1985, 3, 4), Sex.MALE),
        ("139901198503040020", "139901198503040020", date(1985, 3, 4), Sex.FEMALE),
        ("13990119880808004x", "13990119880808004X", date(1988, 8, 8), Sex.FEMALE),
        (" １３９９０１ 19880808004X ", "13990119880808004X", date(1988, 8, 8), Sex.FEMALE),
    ],
)
def test_valid_resident_numbers_tell_birth_date_and_sex(written: str, kept: str, born: date, is_sex: Sex) -> None:
    """A resident identity number is accepted in any width and case, and tells birth date and sex."""
    number = normalize_number(written)
    assert number == kept
    assert resident_number_fault(number, today=TODAY) is None
    assert birth_date(number) == born
    assert sex(number) is is_sex


@pytest.mark.req("PL-10")
@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("139901198503040012", None),
        ("139901198503040021", "identity.number_check_character"),
        ("13990119850304001", "identity.number_length"),
        ("139901850304001", "identity.number_first_generation"),
        ("E12345678", None),
        ("12345678", None),
        ("军字第2001988号", None),
        ("123", "identity.number_form"),
    ],
)
def test_a_number_without_a_document_is_judged_by_what_it_can_be(number: str, fault: str | None) -> None:
    """A mistyped resident number is found though nobody said which document it is; other documents pass."""
    assert any_document_number_fault(number, today=TODAY) == fault


@pytest.mark.req("PL-10")
@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("139901198503040013", "identity.number_check_character"),
        ("379901197902290019", "identity.number_birth_date"),
        ("13990119850304001", "identity.number_length"),
        ("139901850304001", "identity.number_first_generation"),
        ("13990119850304OO12", "identity.number_characters"),
        ("139901209901010012", "identity.number_birth_date_range"),
        ("", "identity.number_length"),
    ],
)
def test_wrong_resident_numbers_are_refused_each_with_its_own_reason(number: str, fault: str) -> None:
    """Length, form, check character, calendar and future are told apart; fifteen digits have their own message."""
    assert resident_number_fault(number, today=TODAY) == fault


@pytest.mark.req("PL-10")
@given(
    region=st.integers(110000, 839999),
    born=st.dates(date(1900, 1, 1), TODAY),
    sequence=st.integers(0, 999),
    place=st.integers(0, 16),
    shift=st.integers(1, 9),
)
def test_every_region_and_birth_date_passes_and_every_single_wrong_digit_is_found(
    region: int, born: date, sequence: int, place: int, shift: int
) -> None:
    """No region code or birth year is a reason to refuse; one changed digit always is."""
    first = f"{region:06}{born:%Y%m%d}{sequence:03}"
    number = first + resident_check_character(first)
    assert resident_number_fault(number, today=TODAY) is None
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert resident_number_fault(wrong, today=TODAY) == "identity.number_check_character"


@given(st.text(max_size=40), st.sampled_from(DocumentType), st.booleans())
def test_any_text_is_judged_without_an_exception(text: str, document_type: DocumentType, demonstration: bool) -> None:
    """Whatever is typed as a number, name, phone or address gets an answer."""
    number = normalize_number(text)
    fault = document_number_fault(document_type, number, today=TODAY, demonstration=demonstration)
    assert fault is None or fault.startswith("identity.number_")
    for judged in (credit_code_fault(number), organization_code_fault(number), email_fault(text)):
        assert judged is None or judged.startswith("identity.")
    assert mobile_fault(normalize_mobile(text)) in (None, "identity.mobile_form")
    assert name_fault(normalize_name(text)) in (None, "identity.name_length", "identity.name_characters")
    mask_number(number)


def test_demonstration_numbers_are_for_demonstration_installations_only() -> None:
    """A number of the invented population is refused unless the installation is marked as a demonstration."""
    number = "139901198503040012"
    assert is_demo_identity(number)
    assert document_number_fault(DocumentType.RESIDENT, number, today=TODAY, demonstration=True) is None
    refused = document_number_fault(DocumentType.RESIDENT, number, today=TODAY, demonstration=False)
    assert refused == "identity.number_demonstration"
    assert is_demo_mobile("15400001234")


@pytest.mark.parametrize(
    ("document_type", "number", "fault"),
    [
        (DocumentType.PASSPORT, "E12345678", None),
        (DocumentType.PASSPORT, "E-1", "identity.number_form"),
        (DocumentType.HK_MO_TRAVEL_PERMIT, "H12345678", None),
        (DocumentType.HK_MO_TRAVEL_PERMIT, "X12345678", "identity.number_form"),
        (DocumentType.TW_TRAVEL_PERMIT, "12345678", None),
        (DocumentType.FOREIGN_PERMANENT_RESIDENCE, "ABC123456789012", None),
        (DocumentType.FOREIGN_PERMANENT_RESIDENCE, "139901198503040012", "identity.number_form"),
        (DocumentType.HK_MO_TW_RESIDENCE, "139901198503040012", "identity.number_form"),
    ],
)
def test_other_documents_have_their_own_forms(document_type: DocumentType, number: str, fault: str | None) -> None:
    """Passports and permits are judged by form alone."""
    assert document_number_fault(document_type, number, today=TODAY, demonstration=True) == fault


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("12139901MA9900011E", None),
        ("N2139901MF99000113", None),
        ("12139901MA9900011F", "identity.credit_code_check_character"),
        ("12139901MA9900011", "identity.credit_code_length"),
        ("12139901MI9900011E", "identity.credit_code_characters"),
        ("12345678901234567X", "identity.credit_code_check_character"),
    ],
)
def test_credit_codes_follow_the_standard(code: str, fault: str | None) -> None:
    """A unified social credit code may begin with a letter; its last character must be right."""
    assert credit_code_fault(code) == fault


def test_names_of_every_kind_are_kept() -> None:
    """Rare characters, compound surnames and middle dots of any kind are names; markup is not."""
    assert normalize_name("买合木提•艾则孜・阿勒泰尼") == "买合木提·艾则孜·阿勒泰尼"
    for name in ("䶮𬭎", "买合木提·艾则孜·阿勒泰尼", "云深", "闻人溪", "李〇", "Anne-Marie O'Neil"):
        assert name_fault(name) is None
    for name in ("<b>云</b>", "{{ name }}", "云\x00深", "·"):
        assert name_fault(name) == "identity.name_characters"
    assert name_fault("") == "identity.name_length"


def test_mobile_numbers_lose_prefix_and_blanks() -> None:
    """A mobile number is compared in one form."""
    for written in ("154 0000 0001", "+8615400000001", "0086-154-0000-0001", "86 15400000001"):
        assert normalize_mobile(written) == "15400000001"
