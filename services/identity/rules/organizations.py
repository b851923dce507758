"""The form of an organisation (HB-T2), judged against the profile's lists and the standards for codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from contracts.errors import Fault
from contracts.identifiers import (
    credit_code_fault,
    email_fault,
    normalize_name,
    normalize_number,
    organization_code_fault,
)
from contracts.identity import OrganizationForm
from services.identity.rules.profile import OrganizationRules

_LISTS = ("org_category", "org_nature", "economic_type", "industry")
_PHONE = re.compile(r"[0-9+() -]{5,12}")
_FAX = re.compile(r"[0-9+() -]{5,20}")


def normalize_form(form: OrganizationForm) -> OrganizationForm:
    """The form with codes in normal form and names with one kind of blank and dot."""
    changed: dict[str, str | None] = {
        "org_code": form.org_code.upper(),
        "org_name": " ".join(form.org_name.split()),
        "supervising_person": normalize_name(form.supervising_person),
    }
    for field in ("unified_social_credit_code", "organization_code"):
        value = getattr(form, field)
        changed[field] = normalize_number(value) if value else None
    return form.model_copy(update=changed)


def form_faults(
    form: OrganizationForm, *, rules: OrganizationRules, demonstration: bool, pointer: str = "/form"
) -> tuple[Fault, ...]:
    """What is wrong with a form in normal form, field by field."""
    faults = {
        name: "identity.option_unknown"
        for name in _LISTS
        if (value := getattr(form, name)) is not None and value not in rules.codes(name)
    }
    regions = (*rules.regions, *(rules.demonstration_regions if demonstration else ()))
    if form.region not in {region.code for region in regions}:
        faults["region"] = "identity.region_unknown"
    judged = {
        "unified_social_credit_code": _judge(form.unified_social_credit_code, credit_code_fault),
        "organization_code": _judge(form.organization_code, organization_code_fault),
        "email": _judge(form.email, email_fault),
        "contact_phone": _form(form.contact_phone, _PHONE, "identity.phone_form"),
        "fax": _form(form.fax, _FAX, "identity.phone_form"),
        "postcode": _form(form.postcode, re.compile("[0-9]{6}"), "identity.postcode_form"),
    }
    faults |= {name: code for name, code in judged.items() if code}
    return tuple(Fault(pointer=f"{pointer}/{name}", code=code) for name, code in faults.items())


def _judge(value: str | None, rule: Callable[[str], str | None]) -> str | None:
    return rule(value) if value is not None else None


def _form(value: str | None, form: re.Pattern[str], code: str) -> str | None:
    return None if value is None or form.fullmatch(value) else code


def default_login_name(codes: Sequence[str]) -> str:
    """The login name of an administrator: the codes on the way from below the root, which no other way gives."""
    return "org-" + "-".join(code.lower() for code in codes)
