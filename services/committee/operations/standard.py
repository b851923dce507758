"""设置评分标准: sheets of items, checked and submitted to the chair (HB-135, HB-136)."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.commands import check_version
from contracts.base import Actor
from contracts.committee.materials import SetStandard, Standard, StandardSheet
from contracts.committee.meetings import Step
from contracts.committee.plans import MeetingAct
from contracts.committee.refusals import StandardInvalid
from contracts.errors import Fault, WrongState
from services.committee.access import prepared_meeting
from services.committee.operations import log, steps
from services.committee.published import PROFILES
from services.committee.rules.standard import sheet_faults, uncovered
from services.committee.tables import (
    Meeting,
    MeetingGroup,
    ReviewMaterial,
    ScoringItem,
    ScoringSheet,
    ScoringStandard,
)
from services.committee.views.standards import standard_of


def set_standard(session: Session, *, command: SetStandard, actor: Actor) -> Standard:
    """Set all sheets anew, as long as the standard is not submitted."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.STANDARD_SUBMITTED)
    standard = session.get(ScoringStandard, meeting.id)
    if standard is None:
        standard = ScoringStandard(meeting_id=meeting.id, profile=meeting.profile, state="draft", version=0)
        session.add(standard)
    check_version(standard.version, command)
    if standard.state != "draft":
        raise WrongState(state=standard.state)
    groups = set(session.scalars(select(MeetingGroup.id).filter_by(meeting_id=meeting.id)))
    levels = PROFILES.get(session, meeting.profile, meeting.profile_version).catalogue.levels
    faults = (*sheet_faults(command.sheets, groups), *_level_faults(command.sheets, levels))
    if faults:
        raise StandardInvalid(faults=faults)
    session.execute(delete(ScoringSheet).where(ScoringSheet.meeting_id == meeting.id))
    standard.version += 1
    session.flush()
    for sheet in command.sheets:
        _add_sheet(session, meeting, sheet)
    _note(session, actor, standard, "standard_set", "draft")
    session.flush()
    return standard_of(session, meeting)


def submit_standard(session: Session, *, command: MeetingAct, actor: Actor) -> Standard:
    """Hand the standard to the chair."""
    meeting = prepared_meeting(session, actor, command.meeting_id)
    steps.require(session, meeting, Step.STANDARD_SUBMITTED)
    standard = session.get(ScoringStandard, meeting.id, with_for_update=True)
    if standard is None or standard.state != "draft":
        raise WrongState(state=standard.state if standard else "missing")
    check_version(standard.version, command)
    _note(session, actor, standard, "standard_submitted", "submitted")
    standard.state, standard.submitted_by, standard.submitted_at = "submitted", actor.account_id, clock.now()
    standard.version += 1
    session.flush()
    require_cover(session, meeting)
    steps.complete(session, meeting, Step.STANDARD_SUBMITTED, actor)
    return standard_of(session, meeting)


def require_cover(session: Session, meeting: Meeting) -> None:
    """Once submitted, the standard has a sheet for every material that is placed. Refuses: StandardInvalid."""
    standard = session.get(ScoringStandard, meeting.id)
    if standard is None or standard.state == "draft":
        return
    sheets = session.scalars(select(ScoringSheet).filter_by(meeting_id=meeting.id)).all()
    places = session.execute(
        select(ReviewMaterial.group_id, ReviewMaterial.title_level).filter_by(meeting_id=meeting.id).distinct()
    )
    lacking = uncovered(sheets, ((row.group_id, row.title_level) for row in places))
    if lacking:
        raise StandardInvalid(
            faults=tuple(
                Fault(
                    pointer="/sheets",
                    code="committee.sheet_missing",
                    params={"group_id": str(group_id), "title_level": level},
                )
                for group_id, level in lacking
            )
        )


def _level_faults(sheets: tuple[StandardSheet, ...], levels: dict[str, str]) -> tuple[Fault, ...]:
    return tuple(
        Fault(pointer=f"/sheets/{number}/title_level", code="committee.not_in_catalogue")
        for number, sheet in enumerate(sheets)
        if sheet.title_level is not None and sheet.title_level not in levels
    )


def _add_sheet(session: Session, meeting: Meeting, sheet: StandardSheet) -> None:
    row = ScoringSheet(
        id=uuid4(),
        profile=meeting.profile,
        meeting_id=meeting.id,
        **sheet.model_dump(exclude={"items"}),
    )
    session.add(row)
    session.flush()
    session.add_all(
        ScoringItem(
            sheet_id=row.id,
            code=item.code,
            profile=meeting.profile,
            position=position,
            name=item.name,
            maximum=item.maximum,
            description=item.description,
            evidence=list(item.evidence),
        )
        for position, item in enumerate(sheet.items, start=1)
    )


def _note(session: Session, actor: Actor, standard: ScoringStandard, action: str, state: str) -> None:
    log.write(
        session,
        actor,
        profile=standard.profile,
        subject="standard",
        subject_id=standard.meeting_id,
        action=action,
        old_state=standard.state,
        new_state=state,
    )
