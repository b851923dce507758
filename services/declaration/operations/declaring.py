"""Declaring: which setting can be declared now, beginning a declaration, changing what is declared."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.committee import CommitteeSummary
from contracts.declaration.batches import BatchView
from contracts.declaration.content import Values
from contracts.declaration.drafts import (
    ChangeSetting,
    DeclarationSummary,
    SettingChanged,
    SettingInput,
    StartDeclaration,
)
from contracts.declaration.forms import Block, BlockKind, Source
from contracts.declaration.refusals import (
    AlreadyDeclared,
    BatchClosed,
    BatchNotOpen,
    NoCommittee,
    NoOpenBatch,
)
from contracts.declaration.submissions import SettingChoice
from contracts.declaration.workflow import Trigger
from contracts.errors import NotAllowed, NotFound
from contracts.forms.checks import superfluous
from contracts.identifiers import DocumentType, birth_date, document_number_fault, has_birth_date_and_sex, sex
from contracts.identity import OrganizationSummary, PersonFacts
from services.declaration.operations.drafting import store_block
from services.declaration.operations.moving import require, touch
from services.declaration.published import PROFILES, slice_of
from services.declaration.rules.settings import choose_setting, takes
from services.declaration.rules.windows import Phase
from services.declaration.scope import circumstances_of, find_own, open_batch
from services.declaration.tables import Batch, Declaration
from services.declaration.views import phase_of, summary, superfluous_view


@dataclass(frozen=True)
class Chosen:
    """A setting that can be declared now, and in which round."""

    setting: SettingChoice
    batch_id: UUID
    year: int


@dataclass(frozen=True)
class Known:
    """What other services know of the applicant and of what is declared."""

    person: PersonFacts
    organization: OrganizationSummary
    committees: Sequence[CommitteeSummary]


# what is asked before others are


def choose(session: Session, *, actor: Actor, setting: SettingInput, batch_id: UUID | None) -> Chosen:
    """Check a setting against the current catalogue and find its batch.

    Refuses: NotAllowed, InvalidInput, NotFound, NoOpenBatch, BatchClosed, BatchNotOpen.
    """
    require_applicant(actor)
    _, profile = PROFILES.current(session, actor.profile)
    choice = choose_setting(profile, setting)
    batch = _batch_for(session, choice, batch_id)
    return Chosen(choice, batch.id, batch.year)


def preview(session: Session, *, actor: Actor, setting: SettingInput) -> SettingChoice:
    """The setting in words, by the current catalogue. Refuses: NotAllowed, InvalidInput."""
    require_applicant(actor)
    return choose_setting(PROFILES.current(session, actor.profile)[1], setting, at="")


def choose_again(session: Session, *, actor: Actor, command: ChangeSetting) -> tuple[SettingChoice, int, UUID]:
    """Another setting of an own declaration by its own catalogue, with its year and organisation.

    Refuses: NotFound, InvalidInput.
    """
    declaration = find_own(session, actor, command.declaration_id)
    choice = choose_setting(slice_of(session, declaration), command.setting)
    return choice, declaration.year, declaration.organization_id


def year_of(batch: BatchView | None) -> int:
    """The year in which the person would declare: that of the batch, without one the present year."""
    return batch.year if batch is not None else clock.today().year


def require_applicant(actor: Actor) -> None:
    """Refuses: NotAllowed."""
    if not actor.has(Role.APPLICANT):
        raise NotAllowed(Role.APPLICANT)


def _batch_for(session: Session, choice: SettingChoice, batch_id: UUID | None) -> Batch:
    if batch_id is None:
        found = open_batch(session, choice)
        if found is None:
            raise NoOpenBatch()
        return found
    batch = session.scalar(select(Batch).where(Batch.id == batch_id))
    if batch is None:
        raise NotFound()
    require_open(batch)
    if not takes(batch, choice):
        raise NoOpenBatch()
    return batch


def require_open(batch: Batch) -> None:
    """Refuses: BatchClosed, BatchNotOpen."""
    found = phase_of(batch)
    if found is Phase.BEFORE:
        raise BatchNotOpen(batch=batch.code, opens_on=batch.opens_on.isoformat())
    if found is Phase.CLOSED:
        raise BatchClosed(batch=batch.code, closes_on=batch.closes_on.isoformat())


def _demanded(committees: Sequence[CommitteeSummary]) -> list[str]:
    """What every open committee wants beyond the form. Refuses: NoCommittee."""
    wanted = [{*one.required_blocks, *one.required_attachments} for one in committees if one.is_open]
    if not wanted:
        raise NoCommittee(known=len(committees))
    return sorted(set.intersection(*wanted))


# beginning


def start_declaration(
    session: Session, *, command: StartDeclaration, actor: Actor, chosen: Chosen, known: Known
) -> DeclarationSummary:
    """Begin the person's declaration of the year, prefilled with what identity knows (HB-55, HB-61)."""
    require_applicant(actor)
    version, profile = PROFILES.current(session, actor.profile)
    batch = session.get_one(Batch, chosen.batch_id)
    now = clock.now()
    values = {
        "id": uuid.uuid4(),
        "profile": actor.profile,
        "profile_version": version,
        "batch_id": batch.id,
        "year": batch.year,
        "person_id": actor.person_id,
        "account_id": actor.account_id,
        "organization_id": known.organization.organization_id,
        "organization_name": known.organization.name,
        "setting": chosen.setting.model_dump(exclude={"labels"}),
        "labels": chosen.setting.labels,
        "demanded": _demanded(known.committees),
        "state": profile.workflow.initial,
        "is_open": True,
        "is_discarded": False,
        "version": 1,
        "submission_number": 0,
        "is_recalled": False,
        "told_window": batch.closes_on,
        "event_number": 0,
        "created_at": now,
        "changed_at": now,
    }
    begun = session.scalar(insert(Declaration).values(**values).on_conflict_do_nothing().returning(Declaration.id))
    if begun is None:
        raise AlreadyDeclared(year=batch.year)
    declaration = session.get_one(Declaration, begun)
    for block in profile.form.blocks().values():
        prefilled = _prefill(block, known.person)
        if prefilled:
            store_block(session, declaration, block, prefilled, stored=None)
    audit.record(session, "declaration_started", "declaration", declaration.id, year=batch.year)
    return summary(session, declaration)


def _prefill(block: Block, person: PersonFacts) -> Values:
    number, kind = person.id_document_no, DocumentType(person.id_document_type)
    tells = has_birth_date_and_sex(kind) and not document_number_fault(
        kind, number, today=clock.today(), demonstration=True
    )
    known: dict[Source, Any] = {
        Source.REAL_NAME: person.real_name,
        Source.ID_DOCUMENT_TYPE: person.id_document_type,
        Source.ID_DOCUMENT_NO: number,
        Source.MOBILE: person.mobile,
        Source.BIRTH_DATE: str(birth_date(number)) if tells else None,
        Source.GENDER: sex(number).value if tells else None,
    }
    if block.kind is not BlockKind.FORM:
        return {}
    values = {field.id: known.get(field.source) if field.source else field.default for field in block.fields}
    return {name: value for name, value in values.items() if value is not None}


# changing


def change_setting(
    session: Session, *, command: ChangeSetting, actor: Actor, committees: Sequence[CommitteeSummary]
) -> SettingChanged:
    """Declare something else, within the batch; tells what is no longer asked (HB-63)."""
    declaration = find_own(session, actor, command.declaration_id, lock=True)
    require(session, declaration, Trigger.SAVE)
    check_version(declaration.version, command)
    choice = choose_setting(slice_of(session, declaration), command.setting)
    if not takes(session.get_one(Batch, declaration.batch_id), choice):
        raise NoOpenBatch()
    lost = superfluous(circumstances_of(session, declaration), setting=choice.model_dump(exclude={"labels"}))
    declaration.setting = choice.model_dump(exclude={"labels"})
    declaration.labels = choice.labels
    declaration.demanded = _demanded(committees)
    touch(declaration)
    audit.record(session, "setting_changed", "declaration", declaration.id, version=declaration.version)
    return SettingChanged(
        declaration_id=declaration.id, version=declaration.version, superfluous=superfluous_view(lost)
    )
