"""单位评委库管理: putting experts into a pool, one by one or from an import's row (HB-113 to HB-116)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, crypto
from contracts import identifiers
from contracts.base import Actor
from contracts.committee.experts import AddExpert, ExpertAdded, ExpertData, ExpertState
from contracts.errors import Fault, InvalidInput, NotFound, WrongState
from contracts.forms.cascade import specialties
from contracts.identity import ExpertAccount, ExpertAccountRequest
from services.committee.access import find_committee, require_pool
from services.committee.operations.conflicts import compare_expert
from services.committee.operations.employers import remember_employers
from services.committee.published import PROFILES
from services.committee.rules.profile import CommitteeProfile
from services.committee.tables import Committee, Expert, PoolMember

ACCOUNTS_AT_ONCE = 500


def add_expert(session: Session, *, command: AddExpert, actor: Actor, demonstration: bool) -> ExpertAdded:
    """Put one expert into the pool; the account is opened afterwards, outside this transaction."""
    committee = find_committee(session, actor, command.committee_id)
    require_pool(actor, committee)
    version, rules = PROFILES.current(session, committee.profile)
    known_codes = frozenset(specialties(rules.catalogue))
    try:
        faults = tuple(expert_faults(command.expert, known_codes, demonstration=demonstration))
        if faults:
            raise InvalidInput(faults=faults)
        expert, was_known = put_in_pool(
            session, committee, command.expert, rules=rules, version=version, account_id=actor.account_id
        )
    except InvalidInput as refusal:
        below = (fault.model_copy(update={"pointer": f"/expert{fault.pointer}"}) for fault in refusal.faults)
        raise InvalidInput(faults=tuple(below)) from None
    return ExpertAdded(expert_id=expert.id, was_known=was_known)


def expert_faults(data: ExpertData, specialty_codes: Collection[str], *, demonstration: bool) -> Iterator[Fault]:
    """What is wrong with an expert's data, each fault with a pointer to the field."""
    number = identifiers.normalize_number(data.id_document_no)
    checks = {
        "real_name": identifiers.name_fault(identifiers.normalize_name(data.real_name)),
        "id_document_no": identifiers.document_number_fault(
            data.id_document_type, number, today=clock.today(), demonstration=demonstration
        ),
        "mobile": identifiers.mobile_fault(identifiers.normalize_mobile(data.mobile)) if data.mobile else None,
        "email": identifiers.email_fault(data.email) if data.email else None,
    }
    for field, code in checks.items():
        if code is not None:
            yield Fault(pointer=f"/{field}", code=code)
    for place, code in enumerate(data.specialties):
        if code not in specialty_codes:
            yield Fault(pointer=f"/specialties/{place}", code="committee.not_in_catalogue")


def put_in_pool(
    session: Session,
    committee: Committee,
    data: ExpertData,
    *,
    rules: CommitteeProfile,
    version: int,
    account_id: UUID,
) -> tuple[Expert, bool]:
    """Link the person of this document number to the pool; who is not known yet is added (HB-116).

    Refuses: InvalidInput, where the number belongs to a person of another name.
    """
    number = identifiers.normalize_number(data.id_document_no)
    name = identifiers.normalize_name(data.real_name)
    document_hash = crypto.keyring().keyed_hash(number)
    now = clock.now()
    created = session.scalar(
        insert(Expert)
        .values(
            id=uuid4(),
            profile=committee.profile,
            profile_version=version,
            real_name=name,
            id_document_type=data.id_document_type.value,
            id_document_no=number,
            id_document_hash=document_hash,
            mobile=identifiers.normalize_mobile(data.mobile) if data.mobile else None,
            email=data.email,
            employer_name=data.employer_name,
            reviewable=list(data.specialties),
            state=ExpertState.CREATED.value,
            version=1,
            created_at=now,
            created_by=account_id,
        )
        .on_conflict_do_nothing(index_elements=[Expert.profile, Expert.id_document_hash])
        .returning(Expert.id)
    )
    expert = session.scalars(select(Expert).filter_by(id_document_hash=document_hash)).one()
    if expert.real_name != name:
        raise InvalidInput(faults=(Fault(pointer="/real_name", code="committee.name_differs"),))
    remember_employers(session, expert, {data.employer_name: True}, rules)
    compare_expert(session, expert)
    session.execute(
        insert(PoolMember)
        .values(
            committee_id=committee.id,
            expert_id=expert.id,
            profile=committee.profile,
            added_at=now,
            added_by=account_id,
        )
        .on_conflict_do_nothing()
    )
    audit.record(session, "expert_added", "expert", expert.id, committee=committee.id, was_known=created is None)
    return expert, created is None


def accounts_wanted(
    session: Session, *, actor: Actor, committee_id: UUID, expert_ids: Collection[UUID] | None = None
) -> tuple[ExpertAccountRequest, ...]:
    """Experts of a pool who have no account yet, at most 500, in a fixed order. Refuses: NotFound, NotAllowed."""
    committee = find_committee(session, actor, committee_id)
    require_pool(actor, committee)
    wanted = (
        select(Expert)
        .join(PoolMember, PoolMember.expert_id == Expert.id)
        .where(PoolMember.committee_id == committee.id, Expert.account_id.is_(None))
        .order_by(Expert.created_at, Expert.id)
        .limit(ACCOUNTS_AT_ONCE)
    )
    if expert_ids is not None:
        wanted = wanted.where(Expert.id.in_(expert_ids))
    return tuple(
        ExpertAccountRequest(
            reference=expert.id,
            real_name=expert.real_name,
            id_document_type=expert.id_document_type,
            id_document_no=expert.id_document_no,
            mobile=expert.mobile,
            email=expert.email,
        )
        for expert in session.scalars(wanted)
    )


def expert_account(session: Session, *, actor: Actor, committee_id: UUID, expert_id: UUID) -> UUID:
    """The account of an expert of the pool, to be handed a new code. Refuses: NotFound, NotAllowed, WrongState."""
    committee = find_committee(session, actor, committee_id)
    require_pool(actor, committee)
    expert = session.scalar(
        select(Expert)
        .join(PoolMember, PoolMember.expert_id == Expert.id)
        .where(PoolMember.committee_id == committee.id, Expert.id == expert_id)
    )
    if expert is None:
        raise NotFound()
    if expert.account_id is None:
        raise WrongState(state=expert.state)
    return expert.account_id


def remember_accounts(session: Session, *, accounts: Collection[ExpertAccount]) -> None:
    """Write down which account each expert has now; harmless when repeated."""
    by_expert = {account.reference: account for account in accounts}
    for expert in session.scalars(select(Expert).where(Expert.id.in_(by_expert)).with_for_update()):
        account = by_expert[expert.id]
        if expert.account_id is None:
            expert.account_id, expert.person_id = account.account_id, account.person_id
            expert.version += 1
            audit.record(session, "expert_account_opened", "expert", expert.id, account=account.account_id)
