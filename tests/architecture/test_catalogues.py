"""Catalogues and their words are in step: errors, events, settings, tables of personal data."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from contracts.base import SERVICES
from contracts.catalogue import CONTRACTS
from contracts.events import EVENTS
from deploy import reference

REPOSITORY = Path(__file__).parents[2]
TEXTS = {
    locale: json.loads((REPOSITORY / "locales" / locale / "errors.json").read_text(encoding="utf-8"))
    for locale in ("zh-CN", "en")
}


def test_every_refusal_has_its_words_in_both_languages() -> None:
    """Each error code has a text in zh-CN and in en, and no text stands without being sorted in."""
    codes = {error.code for error in reference.refusals()}
    for locale, texts in TEXTS.items():
        assert codes - texts.keys() == set(), f"{locale} lacks texts"
        assert list(texts) == sorted(texts), f"{locale} is not sorted"
    assert TEXTS["zh-CN"].keys() == TEXTS["en"].keys()


def test_the_languages_ask_for_the_same_parameters() -> None:
    """A text names the same parameters in both languages; `x_en` is the English word for the Chinese `x`."""
    for code, text in TEXTS["zh-CN"].items():
        english = {name.removesuffix("_en") for name in re.findall(r"{(\w+)", TEXTS["en"][code])}
        assert set(re.findall(r"{(\w+)", text)) == english, code


def test_codes_are_unique_and_carry_their_owner() -> None:
    """A code is `owner.snake_case`, belongs to one error, and its owner is the module that declares it."""
    errors = reference.refusals()
    assert [code for code, count in Counter(error.code for error in errors).items() if count > 1] == []
    for error in errors:
        owner, _, name = error.code.partition(".")
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name), error.code
        declared_by = error.__module__.split(".")[1]
        assert owner == (declared_by if declared_by in SERVICES else "common"), error.code


def test_every_event_has_a_source_and_listeners() -> None:
    """Events come from one service and are heard by others."""
    for event in EVENTS:
        assert event.source in SERVICES
        assert event.listeners
        assert set(event.listeners) <= set(SERVICES)
        assert event.source not in event.listeners


def test_every_method_says_what_it_does() -> None:
    """Each method of a contract has a docstring, and names callers that exist."""
    for contract in CONTRACTS:
        for name, options in contract.methods().items():
            assert getattr(contract, name).__doc__, f"{contract.name}.{name}"
            assert set(options.callers) <= {*SERVICES, "gateway", "publisher"}


@pytest.mark.parametrize("page", sorted(reference.PAGES))
def test_the_reference_pages_are_in_step(page: str) -> None:
    """docs/events.md, docs/errors.md and docs/settings.md are what the code says: run `python -m deploy.reference`."""
    assert (REPOSITORY / "docs" / page).read_text(encoding="utf-8") == reference.PAGES[page]()
