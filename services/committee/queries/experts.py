"""Experts as lists and profiles, and what came of imports."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from chassis import crypto
from contracts.base import Actor, Page
from contracts.committee.experts import (
    ExpertCard,
    ExpertFilter,
    ExpertImportResult,
    ExpertProfile,
    ExpertState,
    ImportTemplate,
)
from contracts.errors import NotFound
from contracts.identifiers import normalize_number
from services.committee.access import committees_visible_to, experts_visible_to, find_committee, find_expert
from services.committee.published import PROFILES
from services.committee.tables import Committee, Expert, ExpertFile, ExpertImport, PoolMember
from services.committee.views.experts import card_of, import_result, profile_of

WAITING = (ExpertState.SUBMITTED,)
BY_NAME = Expert.real_name.collate("zh-x-icu")


def experts(session: Session, *, actor: Actor, wanted: ExpertFilter) -> Page[ExpertCard]:
    """A page of experts by name or unit; the number is found only whole, by its hash.

    By name; those who wait for a decision, asked for alone, in the order in which they came.
    """
    conditions: list[ColumnElement[bool]] = [experts_visible_to(actor)]
    if wanted.committee_id is not None:
        committee = find_committee(session, actor, wanted.committee_id)
        conditions.append(Expert.id.in_(select(PoolMember.expert_id).filter_by(committee_id=committee.id)))
    if wanted.text:
        conditions.append(
            or_(
                Expert.real_name.contains(wanted.text, autoescape=True),
                Expert.employer_name.contains(wanted.text, autoescape=True),
            )
        )
    if wanted.id_document_no:
        number = normalize_number(wanted.id_document_no)
        conditions.append(Expert.id_document_hash == crypto.keyring().keyed_hash(number))
    if wanted.states:
        conditions.append(Expert.state.in_([state.value for state in wanted.states]))
    total = session.scalar(select(func.count()).select_from(Expert).where(*conditions)) or 0
    rows = session.scalars(
        select(Expert)
        .where(*conditions)
        .order_by(*((Expert.submitted_at,) if wanted.states == WAITING else ()), BY_NAME, Expert.id)
        .offset(wanted.offset)
        .limit(wanted.size)
    )
    return Page(items=tuple(card_of(row) for row in rows), total=total, page=wanted.page, size=wanted.size)


def expert_profile(session: Session, *, actor: Actor, expert_id: UUID) -> ExpertProfile:
    """An expert's profile for those who see the expert. Refuses: NotFound."""
    return profile_of(session, find_expert(session, actor, expert_id))


def attached_files(session: Session, *, file_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Which of the files experts' profiles have attached."""
    return tuple(session.scalars(select(ExpertFile.file_id).where(ExpertFile.file_id.in_(file_ids)).distinct()))


def import_template(session: Session, *, actor: Actor, committee_id: UUID) -> ImportTemplate:
    """The columns of the workbook as the profile names them now. Refuses: NotFound."""
    committee = find_committee(session, actor, committee_id)
    rules = PROFILES.current(session, committee.profile)[1].rules.expert_import
    return ImportTemplate(
        sheet=rules.sheet,
        columns=tuple(rules.columns.values()),
        example=tuple(rules.example.get(field, "") for field in rules.columns),
        notes=tuple(rules.notes.get(field, "") for field in rules.columns),
    )


def expert_import(session: Session, *, actor: Actor, import_id: UUID) -> ExpertImportResult:
    """An import and its rows. Refuses: NotFound."""
    found = session.scalar(
        select(ExpertImport)
        .join(Committee, Committee.id == ExpertImport.committee_id)
        .where(ExpertImport.id == import_id, committees_visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return import_result(session, found, reader=actor.account_id)
