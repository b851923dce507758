"""参评材料: admitted cases become materials, and materials go into groups (HB-132, HB-133)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import audit, clock, crypto, outbox
from contracts import identifiers
from contracts.base import Actor
from contracts.committee.materials import Placed, PlaceMaterials
from contracts.committee.meetings import Step
from contracts.committee.refusals import ConflictsUndecided, MaterialNotOffered, NothingToPlace
from contracts.errors import Fault, InvalidInput
from contracts.events import MaterialPlaced
from contracts.review import AdmittedCase
from services.committee.access import prepared_meeting
from services.committee.operations import conflicts, standard, steps
from services.committee.published import PROFILES
from services.committee.rules.blocks import texts_at
from services.committee.rules.conflicts import normalise_organization
from services.committee.rules.profile import ConflictRules
from services.committee.tables import Meeting, MeetingCommittee, MeetingGroup, ReviewMaterial


def admit(session: Session, *, profile: str, case: AdmittedCase, blocks: Mapping[str, Any]) -> None:
    """Keep an admitted case as a material; the same submission again changes nothing.

    `blocks`: the content of the frozen submission, of which only the names of organisations are kept.
    """
    rules = PROFILES.current(session, profile)[1]
    card = case.card
    number = identifiers.normalize_number(card.id_document_no)
    created = session.scalar(
        insert(ReviewMaterial)
        .values(
            id=uuid4(),
            profile=profile,
            case_id=case.case_id,
            declaration_id=card.declaration_id,
            submission_id=card.submission_id,
            committee_id=case.committee_id,
            person_id=card.person_id,
            account_id=card.account_id,
            organization_id=card.organization_id,
            organization_name=case.organization_name,
            organization_ids=list(case.organization_ids),
            declaration_year=card.declaration_year,
            real_name=card.real_name,
            id_document_no=number,
            id_document_hash=crypto.keyring().keyed_hash(number),
            title_series=card.setting.title_series,
            specialty=card.setting.specialty,
            declared_title=card.setting.declared_title,
            title_level=card.setting.title_level,
            labels=card.setting.labels,
            facts=card.facts,
            recommendations=list(case.recommendations),
            employers=_employers(case.organization_name, blocks, rules.rules.conflicts),
            is_entrusted_review=case.is_entrusted_review,
            state="admitted",
            version=1,
            admitted_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=[ReviewMaterial.profile, ReviewMaterial.submission_id])
        .returning(ReviewMaterial.id)
    )
    if created is None:
        return
    audit.record(session, "material_admitted", "material", created, case=case.case_id)
    conflicts.compare_material(session, session.get_one(ReviewMaterial, created))


def place_materials(session: Session, *, command: PlaceMaterials, actor: Actor) -> Placed:
    """Put ticked or all waiting materials into a group; each is in exactly one."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.MATERIALS_GROUPED)
    group = session.scalar(select(MeetingGroup).filter_by(id=command.group_id, meeting_id=meeting.id))
    if group is None:
        raise InvalidInput(faults=(Fault(pointer="/group_id", code="committee.group_unknown"),))
    materials = _wanted(session, meeting, command)
    experts = conflicts.seated_experts(session, meeting.id)
    waiting = conflicts.undecided(session, expert_ids=experts, material_ids=[m.id for m in materials])
    if waiting:
        raise ConflictsUndecided(count=waiting)
    for material in materials:
        is_new = material.meeting_id is None
        material.meeting_id, material.group_id, material.state = meeting.id, group.id, "grouped"
        material.version += 1
        if is_new:
            outbox.publish(
                session,
                MaterialPlaced(
                    material_id=material.id,
                    meeting_id=meeting.id,
                    declaration_id=material.declaration_id,
                    submission_id=material.submission_id,
                ),
                aggregate_id=material.id,
                number=material.version,
            )
        audit.record(session, "material_placed", "material", material.id, meeting=meeting.id, group=group.id)
    session.flush()
    standard.require_cover(session, meeting)
    steps.complete(session, meeting, Step.MATERIALS_GROUPED, actor)
    return Placed(placed=len(materials))


def _wanted(session: Session, meeting: Meeting, command: PlaceMaterials) -> list[ReviewMaterial]:
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting.id)
    is_offered = (ReviewMaterial.state == "admitted") & ReviewMaterial.committee_id.in_(committees)
    is_movable = (ReviewMaterial.state == "grouped") & (ReviewMaterial.meeting_id == meeting.id)
    chosen = (
        is_offered
        if command.material_ids is None
        else ReviewMaterial.id.in_(command.material_ids) & (is_offered | is_movable)
    )
    found = list(session.scalars(select(ReviewMaterial).where(chosen).order_by(ReviewMaterial.id).with_for_update()))
    if not found and command.material_ids is None:
        raise NothingToPlace()
    if command.material_ids is not None:
        known = {material.id for material in found}
        lacking = [str(material_id) for material_id in command.material_ids if material_id not in known]
        if lacking or not command.material_ids:
            raise MaterialNotOffered(materials=lacking)
    return found


def _employers(current: str, blocks: Mapping[str, Any], rules: ConflictRules) -> list[dict[str, Any]]:
    """Each organisation of the applicant once, present ones first."""
    names = rules.names()
    found: dict[str, dict[str, Any]] = {}
    places: tuple[tuple[Iterable[str], bool], ...] = (
        ((current, *texts_at(blocks, rules.applicant_current)), True),
        (texts_at(blocks, rules.applicant_former), False),
    )
    for texts, is_current in places:
        for name in texts:
            normalised = normalise_organization(name, names)
            if normalised:
                found.setdefault(normalised, {"name": name, "normalised": normalised, "is_current": is_current})
    return list(found.values())
