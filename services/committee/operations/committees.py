"""授权单位评委会管理: committees, their policy settings and the managers of their pools (HB-107 to HB-112)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor
from contracts.committee.committees import (
    CommitteeCard,
    CommitteeData,
    CreateCommittee,
    EditCommittee,
    PolicySettings,
    SetPolicy,
)
from contracts.committee.refusals import CommitteeCodeTaken, NoCreationRight, NoFormationRight, UnitNotSubordinate
from contracts.errors import Fault, InvalidInput, NotFound
from contracts.identity import OrganizationSummary
from services.committee.access import find_committee, require_office
from services.committee.published import PROFILES
from services.committee.rules.scope import scope_faults
from services.committee.tables import Committee, PolicySetting, PoolManager
from services.committee.views.committees import card_of


def create_committee(
    session: Session,
    *,
    command: CreateCommittee,
    actor: Actor,
    offices: Sequence[OrganizationSummary],
    unit_chain: Sequence[OrganizationSummary],
) -> CommitteeCard:
    """Add a committee for a unit of the office. `offices`: the actor's organisations; `unit_chain`: unit, parents."""
    office = _office(offices, unit_chain)
    _check_data(session, actor.profile, command.data, unit_chain)
    unit = unit_chain[0]
    now = clock.now()
    committee_id = session.scalar(
        insert(Committee)
        .values(
            id=uuid4(),
            profile=actor.profile,
            code=command.code,
            organization_name=unit.name,
            office_organization_id=office.organization_id,
            version=1,
            created_at=now,
            created_by=actor.account_id,
            **_columns(command.data),
        )
        .on_conflict_do_nothing(index_elements=[Committee.profile, Committee.code])
        .returning(Committee.id)
    )
    if committee_id is None:
        raise CommitteeCodeTaken(committee_code=command.code)
    _add_policy(session, committee_id, command.policy, actor)
    audit.record(session, "committee_created", "committee", committee_id, code=command.code)
    return card_of(session, session.get_one(Committee, committee_id))


def edit_committee(
    session: Session, *, command: EditCommittee, actor: Actor, unit_chain: Sequence[OrganizationSummary]
) -> CommitteeCard:
    """Change a committee; its code stays."""
    committee = find_committee(session, actor, command.committee_id, lock=True)
    require_office(actor, committee)
    check_version(committee.version, command)
    if committee.office_organization_id not in {place.organization_id for place in unit_chain}:
        raise UnitNotSubordinate()
    _check_data(session, actor.profile, command.data, unit_chain)
    for column, value in _columns(command.data).items():
        setattr(committee, column, value)
    committee.organization_name = unit_chain[0].name
    committee.version += 1
    audit.record(session, "committee_edited", "committee", committee.id, version=committee.version)
    session.flush()
    return card_of(session, committee)


def set_policy(session: Session, *, command: SetPolicy, actor: Actor) -> CommitteeCard:
    """Set the policy anew; it holds at once (design §1)."""
    committee = find_committee(session, actor, command.committee_id, lock=True)
    require_office(actor, committee)
    check_version(committee.version, command)
    _add_policy(session, committee.id, command.policy, actor)
    committee.version += 1
    audit.record(session, "policy_set", "committee", committee.id, version=committee.version)
    session.flush()
    return card_of(session, committee)


def committee_of_office(session: Session, *, committee_id: UUID, actor: Actor) -> Committee:
    """The committee, if the actor may say who manages its pool. Refuses: NotFound, NotAllowed."""
    committee = find_committee(session, actor, committee_id)
    require_office(actor, committee)
    return committee


def pool_manager_account(session: Session, *, committee_id: UUID, account_id: UUID, actor: Actor) -> UUID:
    """The account, if it manages the pool of a committee of the actor's office. Refuses: NotFound, NotAllowed."""
    committee = committee_of_office(session, committee_id=committee_id, actor=actor)
    if session.get(PoolManager, (committee.id, account_id)) is None:
        raise NotFound()
    return account_id


def remember_pool_manager(session: Session, *, committee_id: UUID, account_id: UUID, actor: Actor) -> CommitteeCard:
    """Write down who manages the pool, after identity gave the account the role; harmless when repeated."""
    committee = committee_of_office(session, committee_id=committee_id, actor=actor)
    session.execute(
        insert(PoolManager)
        .values(
            committee_id=committee.id,
            account_id=account_id,
            profile=committee.profile,
            granted_at=clock.now(),
            granted_by=actor.account_id,
        )
        .on_conflict_do_nothing()
    )
    audit.record(session, "pool_granted", "committee", committee.id, to=account_id)
    return card_of(session, committee)


def _office(offices: Sequence[OrganizationSummary], unit_chain: Sequence[OrganizationSummary]) -> OrganizationSummary:
    entitled = {office.organization_id for office in offices if office.may_create_committees and office.is_enabled}
    if not entitled:
        raise NoCreationRight()
    for place in unit_chain:
        if place.organization_id in entitled:
            return place
    raise UnitNotSubordinate()


def _check_data(session: Session, profile: str, data: CommitteeData, unit_chain: Sequence[OrganizationSummary]) -> None:
    if not (unit_chain[0].may_form_committees and unit_chain[0].is_enabled):
        raise NoFormationRight()
    rules = PROFILES.current(session, profile)[1]
    faults = list(scope_faults(data.scope, rules.catalogue))
    for pointer, code, choices in (
        ("/data/level", data.level, rules.rules.committee.levels),
        ("/data/scope_kind", data.scope_kind, rules.rules.committee.scope_kinds),
    ):
        if code not in {choice.code for choice in choices}:
            faults.append(Fault(pointer=pointer, code="committee.not_an_option"))
    if faults:
        raise InvalidInput(faults=tuple(faults))


def _columns(data: CommitteeData) -> dict[str, object]:
    return {**data.model_dump(exclude={"scope"}), "scope": [entry.model_dump(mode="json") for entry in data.scope]}


def _check_policy(session: Session, policy: PolicySettings, actor: Actor) -> None:
    """Refuses: InvalidInput, where blocks or slots are wanted that the form does not have."""
    form = PROFILES.current(session, actor.profile)[1]
    faults = [
        Fault(pointer=f"/policy/{name}/{place}", code="committee.not_an_option")
        for name, wanted, known in (
            ("required_blocks", policy.required_blocks, form.demandable_blocks()),
            ("required_attachments", policy.required_attachments, form.demandable_slots()),
        )
        for place, one in enumerate(wanted)
        if one not in known
    ]
    if faults:
        raise InvalidInput(faults=tuple(faults))


def _add_policy(session: Session, committee_id: UUID, policy: PolicySettings, actor: Actor) -> None:
    _check_policy(session, policy, actor)
    number = session.scalar(select(func.max(PolicySetting.number)).filter_by(committee_id=committee_id)) or 0
    session.add(
        PolicySetting(
            committee_id=committee_id,
            number=number + 1,
            profile=actor.profile,
            opens_on=policy.opens_on,
            closes_on=policy.closes_on,
            required_blocks=list(policy.required_blocks),
            required_attachments=list(policy.required_attachments),
            note=policy.note,
            set_at=clock.now(),
            set_by=actor.account_id,
        )
    )
    session.flush()
