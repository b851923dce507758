"""What a list shows: scope, tab, filters (HB-T4, HB-172) and order as SQL, the same for the screen and its export."""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, collate, exists, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis import clock
from chassis.crypto import keyring
from contracts.base import Actor
from contracts.review import CaseFilters, CaseQuery, CaseState, LogAction, Origin, Sort, Tab, View
from services.review.rules.profile import StepKind
from services.review.scope import AFTER_PART_END, REVIEWERS, in_subtree_of, posts
from services.review.tables import CaseCard, CaseStep, KnownOrganization

# view → the kind of step that it shows, and how such a step ends when it was decided and sent on (HB-46)
VIEWS: dict[View, tuple[StepKind, LogAction]] = {
    View.REVIEW: (StepKind.REVIEW, LogAction.PASSED),
    View.PREASSIGNMENT: (StepKind.PREASSIGNMENT, LogAction.ASSIGNED),
    View.COMMITTEE_CHECK: (StepKind.COMMITTEE_CHECK, LogAction.ADMITTED),
}
WAITING_TABS = {Tab.PENDING: CaseState.WAITING, Tab.HELD: CaseState.HELD}

EXACT: dict[str, InstrumentedAttribute[Any]] = {
    "category": CaseCard.category,
    "title_series": CaseCard.title_series,
    "specialty": CaseCard.specialty,
    "declared_title": CaseCard.declared_title,
    "title_level": CaseCard.title_level,
    "declaration_mode": CaseCard.declaration_mode,
    "review_mode": CaseCard.review_mode,
    "highest_education": CaseCard.highest_education,
    "first_education": CaseCard.first_education,
    "committee_id": CaseCard.committee_id,
    "current_title": CaseCard.current_title,
    "current_title_level": CaseCard.current_title_level,
    "is_entrusted_review": CaseCard.is_entrusted_review,
    "major": CaseCard.major,
    "declaration_year": CaseCard.declaration_year,
    "state": CaseCard.state,
}
BY_PART: dict[str, InstrumentedAttribute[Any]] = {
    "real_name": CaseCard.real_name,
    "organization_name": CaseCard.organization_name,
    "school": CaseCard.school,
    "competent_department": CaseCard.competent_department,
}
ORDERS: dict[Sort, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    Sort.WAITING_SINCE: CaseCard.waiting_since,
    Sort.SUBMITTED_AT: CaseCard.submitted_at,
    Sort.REAL_NAME: collate(CaseCard.real_name, "zh-x-icu"),
    Sort.ORGANIZATION_NAME: collate(CaseCard.organization_name, "zh-x-icu"),
}
# The dots that people type between the parts of a name, and the one that is stored.
NAME_DOTS = str.maketrans("•・‧", "···")


def matching(session: Session, actor: Actor, query: CaseQuery) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a list for this actor."""
    return (
        _in_tab(session, actor, query.view, query.tab),
        *filtered(query.filters, actor=actor, today=clock.today()),
    )


def ordered(wanted: Select[Any], query: CaseQuery) -> Select[Any]:
    """In the list's order; equal rows by id, so that pages neither repeat nor lose one."""
    by = ORDERS[query.sort]
    return wanted.order_by(*((by.desc(), CaseCard.id.desc()) if query.descending else (by, CaseCard.id)))


def _in_tab(session: Session, actor: Actor, view: View, tab: Tab) -> ColumnElement[bool]:
    if view is View.CURRENT_YEAR:
        return and_(
            CaseCard.declaration_year == clock.today().year,
            CaseCard.is_latest,
            in_subtree_of(session, actor),
        )
    kind, sent_on = VIEWS[view]
    if tab is Tab.REVIEWED:
        return exists(
            select(CaseStep.case_id).where(
                CaseStep.case_id == CaseCard.id,
                tuple_(CaseStep.organization_id, CaseStep.role).in_(posts(actor)),
                CaseStep.kind == kind,
                CaseStep.outcome == sent_on,
            )
        )
    return and_(
        tuple_(CaseCard.holder_id, CaseCard.role).in_(posts(actor)),
        CaseCard.state == WAITING_TABS[tab],
        CaseCard.step_kind == kind,
    )


def filtered(filters: CaseFilters, *, actor: Actor, today: date) -> Iterator[ColumnElement[bool]]:
    """The conditions of the filters that are set."""
    for name, column in EXACT.items():
        if (value := getattr(filters, name)) is not None:
            yield column == value
    for name, column in BY_PART.items():
        if value := getattr(filters, name):
            yield column.contains(_folded(value), autoescape=True)
    if filters.id_document_no:
        yield CaseCard.id_document_no_hash == keyring().keyed_hash(filters.id_document_no)
    if filters.special_experience:
        # one code or several of an applicant, separated by commas
        codes = literal(",") + CaseCard.special_experience + ","
        yield CaseCard.special_experience.is_not(None)
        yield codes.contains(f",{filters.special_experience},", autoescape=True)
    if filters.region:
        yield from _inside_region(filters.region)
    if filters.current_title_years_from is not None:
        yield CaseCard.title_obtained_on <= years_before(today, filters.current_title_years_from)
    if filters.current_title_years_to is not None:
        yield CaseCard.title_obtained_on > years_before(today, filters.current_title_years_to + 1)
    if filters.organization_id is not None:
        yield from _below(filters.organization_id)
    if filters.origin is not None:
        own = CaseCard.organization_id.in_(actor.organizations(*REVIEWERS))
        yield own if filters.origin is Origin.OWN else ~own


def years_before(day: date, years: int) -> date:
    """The day on which something must have begun for `years` whole years to be over on `day`."""
    year = day.year - years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _below(organization_id: UUID) -> Iterator[ColumnElement[bool]]:
    """An organisation with all below it: a range of the index, as in `scope.below`."""
    path = select(KnownOrganization.path).where(KnownOrganization.id == organization_id).scalar_subquery()
    yield CaseCard.organization_path >= path
    yield CaseCard.organization_path < func.left(path, -1) + AFTER_PART_END


def _inside_region(code: str) -> Iterator[ColumnElement[bool]]:
    """A GB/T 2260 code with all divisions inside it: a province ends in 0000, a city in 00."""
    prefix = code
    while len(prefix) > 2 and prefix.endswith("00"):
        prefix = prefix[:-2]
    yield CaseCard.region >= prefix
    yield CaseCard.region < prefix + ":"  # ":" follows the digits in the order of bytes


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(NAME_DOTS)
