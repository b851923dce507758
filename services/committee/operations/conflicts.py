"""Conflicts of interest: found by comparing, decided by an officer, lifted by two persons (design §6, PL-39)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session

from chassis import clock, crypto, live
from chassis.commands import check_version
from contracts import identifiers
from contracts.base import Actor, Role, VersionedCommand
from contracts.committee.experts import DeclareRelation, ExpertRelationRow
from contracts.committee.materials import AskLift, ConflictRow, DecideConflict, LiftConflict
from contracts.committee.refusals import SecondPersonRequired
from contracts.errors import Fault, InvalidInput, NotAllowed, NotFound, WrongState
from contracts.live import Topic
from services.committee.access import find_expert, own_expert, reviews_experts_of, sees_conflicts_of
from services.committee.operations import log
from services.committee.published import PROFILES
from services.committee.rules.conflicts import (
    BLOCKS,
    ConflictState,
    Employer,
    ExpertSide,
    Ground,
    GroundKind,
    MaterialSide,
    NameRules,
    Relation,
    close_pairs,
    find_grounds,
    normalise_organization,
    state_after,
)
from services.committee.tables import (
    Committee,
    Conflict,
    Expert,
    ExpertEmployer,
    ExpertRelation,
    Meeting,
    MeetingCommittee,
    MeetingJudge,
    ReviewMaterial,
)
from services.committee.views.conflicts import conflict_row


def compare(session: Session, profile: str, *, expert_ids: Collection[UUID], material_ids: Collection[UUID]) -> None:
    """Compare every expert with every material and write down what is found; harmless when repeated."""
    names = PROFILES.current(session, profile)[1].rules.conflicts.names()
    experts = _expert_sides(session, expert_ids, names)
    materials = _material_sides(session, material_ids, names)
    pairs = close_pairs(experts, materials, names)
    known = {
        (conflict.expert_id, conflict.material_id): conflict
        for conflict in session.scalars(
            select(Conflict)
            .where(Conflict.expert_id.in_(expert_ids), Conflict.material_id.in_(material_ids))
            .with_for_update()
        )
    }
    for expert_id, material_id in sorted(pairs, key=str):
        found = find_grounds(experts[expert_id], materials[material_id], names)
        _remember(session, profile, expert_id, material_id, known.get((expert_id, material_id)), found)
    session.flush()


def blocked(
    session: Session, *, expert_ids: Collection[UUID], material_ids: Collection[UUID]
) -> frozenset[tuple[UUID, UUID]]:
    """The pairs (expert, material) that must be kept apart: blocking conflicts and those nobody has decided."""
    rows = session.execute(
        select(Conflict.expert_id, Conflict.material_id).where(
            Conflict.expert_id.in_(expert_ids),
            Conflict.material_id.in_(material_ids),
            Conflict.state.in_([state.value for state in BLOCKS]),
        )
    )
    return frozenset((row.expert_id, row.material_id) for row in rows)


def undecided(session: Session, *, expert_ids: Collection[UUID], material_ids: Collection[UUID]) -> int:
    """How many near matches wait for an officer."""
    return len(
        session.scalars(
            select(Conflict.material_id).where(
                Conflict.expert_id.in_(expert_ids),
                Conflict.material_id.in_(material_ids),
                Conflict.state == ConflictState.UNDECIDED.value,
            )
        ).all()
    )


def seated_experts(session: Session, meeting_id: UUID) -> tuple[UUID, ...]:
    """The experts who sit at a meeting."""
    return tuple(session.scalars(select(MeetingJudge.expert_id).filter_by(meeting_id=meeting_id, is_seated=True)))


def materials_before(session: Session, meeting_id: UUID) -> tuple[UUID, ...]:
    """The materials of a meeting and those that its committees have admitted and no meeting has taken."""
    committees = select(MeetingCommittee.committee_id).where(MeetingCommittee.meeting_id == meeting_id)
    offered: ColumnElement[bool] = (ReviewMaterial.state == "admitted") & ReviewMaterial.committee_id.in_(committees)
    return tuple(session.scalars(select(ReviewMaterial.id).where((ReviewMaterial.meeting_id == meeting_id) | offered)))


def compare_meeting(session: Session, meeting: Meeting) -> None:
    """Compare the judges of a meeting with its materials and with those offered to it."""
    compare(
        session,
        meeting.profile,
        expert_ids=seated_experts(session, meeting.id),
        material_ids=materials_before(session, meeting.id),
    )


def compare_expert(session: Session, expert: Expert) -> None:
    """Compare an expert, whose organisations or relations changed, with the materials of the own open meetings."""
    meetings = session.scalars(
        select(Meeting)
        .join(MeetingJudge, MeetingJudge.meeting_id == Meeting.id)
        .where(MeetingJudge.expert_id == expert.id, MeetingJudge.is_seated, Meeting.closed_at.is_(None))
    )
    for meeting in meetings:
        compare(session, expert.profile, expert_ids=(expert.id,), material_ids=materials_before(session, meeting.id))


def compare_material(session: Session, material: ReviewMaterial) -> None:
    """Compare a newly admitted material with the judges of the open meetings of its committee."""
    experts = session.scalars(
        select(MeetingJudge.expert_id)
        .join(Meeting, Meeting.id == MeetingJudge.meeting_id)
        .join(MeetingCommittee, MeetingCommittee.meeting_id == Meeting.id)
        .where(
            MeetingCommittee.committee_id == material.committee_id,
            MeetingJudge.is_seated,
            Meeting.closed_at.is_(None),
        )
        .distinct()
    ).all()
    compare(session, material.profile, expert_ids=experts, material_ids=(material.id,))


def declare_relation(session: Session, *, command: DeclareRelation, actor: Actor) -> ExpertRelationRow:
    """Write down a relation that excludes, and what follows from it."""
    expert, side = _declaring(session, command, actor)
    rules = PROFILES.current(session, expert.profile)[1]
    if command.kind not in {choice.code for choice in rules.rules.conflicts.relations}:
        raise InvalidInput(faults=(Fault(pointer="/kind", code="committee.not_an_option"),))
    if command.material_id is not None and not _concerns(session, expert, command.material_id):
        raise NotFound()
    number = identifiers.normalize_number(command.id_document_no or "")
    # A mistyped number would match nobody, and keep the name from being compared.
    if number and (wrong := identifiers.any_document_number_fault(number, today=clock.today())):
        raise InvalidInput(faults=(Fault(pointer="/id_document_no", code=wrong),))
    relation = ExpertRelation(
        id=uuid4(),
        profile=expert.profile,
        expert_id=expert.id,
        kind=command.kind,
        person_name=identifiers.normalize_name(command.person_name) if command.person_name else None,
        person_hash=crypto.keyring().keyed_hash(number) if number else None,
        material_id=command.material_id,
        note=command.note,
        declared_side=side,
        declared_by=actor.account_id,
        declared_at=clock.now(),
    )
    session.add(relation)
    log.write(
        session, actor, profile=expert.profile, subject="expert", subject_id=expert.id, action="relation_declared"
    )
    session.flush()
    compare_expert(session, expert)
    return ExpertRelationRow(
        relation_id=relation.id,
        kind=relation.kind,
        person_name=relation.person_name,
        material_id=relation.material_id,
        note=relation.note,
        declared_side=relation.declared_side,
        declared_at=relation.declared_at,
    )


def decide_conflict(session: Session, *, command: DecideConflict, actor: Actor) -> ConflictRow:
    """Say of a near match whether it is the same organisation or person."""
    conflict = _found_by_officer(session, actor, command.expert_id, command.material_id, command)
    if conflict.state != ConflictState.UNDECIDED:
        raise WrongState(state=conflict.state)
    state = ConflictState.BLOCKING if command.is_conflict else ConflictState.DISMISSED
    _note(session, actor, conflict, "conflict_decided", state, command.reason)
    conflict.decided_by, conflict.decided_at = actor.account_id, clock.now()
    conflict.decision_reason = command.reason
    return conflict_row(session, conflict)


def ask_lift(session: Session, *, command: AskLift, actor: Actor) -> ConflictRow:
    """Ask that a conflict be lifted. A conflict with the own declaration never is."""
    conflict = _found_by_officer(session, actor, command.expert_id, command.material_id, command)
    own = any(ground["kind"] == GroundKind.OWN_DECLARATION for ground in conflict.grounds)
    if conflict.state != ConflictState.BLOCKING or own:
        raise WrongState(state=conflict.state)
    _note(session, actor, conflict, "lift_asked", ConflictState.BLOCKING, command.reason)
    conflict.lift_asked_by, conflict.lift_reason = actor.account_id, command.reason
    return conflict_row(session, conflict)


def lift_conflict(session: Session, *, command: LiftConflict, actor: Actor) -> ConflictRow:
    """Agree as a second person."""
    conflict = _found_by_officer(session, actor, command.expert_id, command.material_id, command)
    if conflict.state != ConflictState.BLOCKING or conflict.lift_asked_by is None:
        raise WrongState(state=conflict.state)
    if conflict.lift_asked_by == actor.account_id:
        raise SecondPersonRequired()
    _note(session, actor, conflict, "conflict_lifted", ConflictState.LIFTED, conflict.lift_reason or "")
    conflict.lifted_by, conflict.lifted_at = actor.account_id, clock.now()
    return conflict_row(session, conflict)


def _declaring(session: Session, command: DeclareRelation, actor: Actor) -> tuple[Expert, str]:
    if command.expert_id is None:
        return own_expert(session, actor), "expert"
    expert = find_expert(session, actor, command.expert_id)
    if session.scalar(select(Expert.id).where(Expert.id == expert.id, reviews_experts_of(actor))) is None:
        raise NotAllowed(Role.CASE_OFFICER)
    return expert, "applicant" if command.on_behalf_of_applicant else "officer"


def _concerns(session: Session, expert: Expert, material_id: UUID) -> bool:
    """Whether the material is before a meeting at which the expert sits."""
    found = session.scalar(
        select(ReviewMaterial.id)
        .join(MeetingJudge, MeetingJudge.meeting_id == ReviewMaterial.meeting_id)
        .where(ReviewMaterial.id == material_id, MeetingJudge.expert_id == expert.id, MeetingJudge.is_seated)
    )
    return found is not None


def _found_by_officer(
    session: Session, actor: Actor, expert_id: UUID, material_id: UUID, command: VersionedCommand
) -> Conflict:
    """The conflict, locked, for an officer of the unit that runs the committee; nobody decides about oneself."""
    committee = session.scalar(
        select(Committee)
        .join(ReviewMaterial, ReviewMaterial.committee_id == Committee.id)
        .where(ReviewMaterial.id == material_id)
    )
    conflict = session.scalar(
        select(Conflict).filter_by(expert_id=expert_id, material_id=material_id).with_for_update()
    )
    if committee is None or conflict is None or not sees_conflicts_of(actor, committee):
        raise NotFound()
    if not actor.has(Role.CASE_OFFICER, committee.organization_id):
        raise NotAllowed(Role.CASE_OFFICER)
    persons = select(Expert.account_id).where(Expert.id == expert_id)
    applicants = select(ReviewMaterial.account_id).where(ReviewMaterial.id == material_id)
    if actor.account_id in session.scalars(union_all(persons, applicants)).all():
        raise NotAllowed()
    check_version(conflict.version, command)
    return conflict


def _note(session: Session, actor: Actor, conflict: Conflict, action: str, state: ConflictState, reason: str) -> None:
    meeting_id = session.scalar(select(ReviewMaterial.meeting_id).filter_by(id=conflict.material_id))
    if meeting_id is not None:
        live.announce(session, Topic.MEETING, meeting_id)
    log.write(
        session,
        actor,
        profile=conflict.profile,
        subject="conflict",
        subject_id=conflict.material_id,
        action=action,
        old_state=conflict.state,
        new_state=state.value,
        opinion=reason,
    )
    conflict.state = state.value
    conflict.version += 1


def _remember(
    session: Session,
    profile: str,
    expert_id: UUID,
    material_id: UUID,
    known: Conflict | None,
    found: frozenset[Ground],
) -> None:
    before = _grounds(known.grounds) if known else frozenset()
    state = state_after(ConflictState(known.state) if known else None, before, found)
    if state is None or not found - before:
        return
    grounds = [
        {"kind": ground.kind.value, "source": ground.source, "is_exact": ground.is_exact}
        for ground in sorted(before | found)
    ]
    if known is None:
        session.add(
            Conflict(
                expert_id=expert_id,
                material_id=material_id,
                profile=profile,
                state=state.value,
                grounds=grounds,
                found_at=clock.now(),
            )
        )
        return
    known.grounds, known.state = grounds, state.value
    known.version += 1
    if state is not ConflictState.LIFTED:
        known.lift_asked_by = known.lift_reason = known.lifted_by = known.lifted_at = None


def _grounds(stored: Iterable[dict[str, object]]) -> frozenset[Ground]:
    return frozenset(Ground(GroundKind(str(g["kind"])), str(g["source"]), bool(g["is_exact"])) for g in stored)


def _expert_sides(session: Session, expert_ids: Collection[UUID], names: NameRules) -> dict[UUID, ExpertSide]:
    employers: defaultdict[UUID, set[Employer]] = defaultdict(set)
    for row in session.scalars(select(ExpertEmployer).where(ExpertEmployer.expert_id.in_(expert_ids))):
        employers[row.expert_id].add(Employer(normalise_organization(row.name, names), row.is_current))
    relations: defaultdict[UUID, list[Relation]] = defaultdict(list)
    for told in session.scalars(select(ExpertRelation).where(ExpertRelation.expert_id.in_(expert_ids))):
        relations[told.expert_id].append(Relation(told.id, told.material_id, told.person_hash, told.person_name))
    return {
        row.id: ExpertSide(row.person_id, row.id_document_hash, frozenset(employers[row.id]), tuple(relations[row.id]))
        for row in session.execute(
            select(Expert.id, Expert.person_id, Expert.id_document_hash).where(Expert.id.in_(expert_ids))
        )
    }


def _material_sides(session: Session, material_ids: Collection[UUID], names: NameRules) -> dict[UUID, MaterialSide]:
    rows = session.execute(
        select(
            ReviewMaterial.id,
            ReviewMaterial.person_id,
            ReviewMaterial.id_document_hash,
            ReviewMaterial.real_name,
            ReviewMaterial.employers,
        ).where(ReviewMaterial.id.in_(material_ids))
    )
    return {
        row.id: MaterialSide(
            row.id,
            row.person_id,
            row.id_document_hash,
            row.real_name,
            frozenset(Employer(normalise_organization(e["name"], names), e["is_current"]) for e in row.employers),
        )
        for row in rows
    }
