"""The four steps of scoring: the lead scores, second, leader and chair confirm or send back (HB-141 … HB-146)."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from chassis import audit, clock, live
from chassis.commands import check_version
from chassis.tokens import Signer
from contracts.base import Actor
from contracts.committee.meetings import Step
from contracts.committee.scoring import (
    ConfirmScores,
    MaterialGrant,
    MaterialVersion,
    RowsDone,
    SaveScoreDraft,
    ScoreDraft,
    ScoreMaterial,
    ScoreSheetView,
    ScoringStep,
    SendBackScore,
)
from contracts.errors import InvalidInput, NotFound, StaleVersion
from contracts.grants import ReadGrant
from contracts.live import Topic
from services.committee.access import find_meeting
from services.committee.operations import log, steps
from services.committee.operations.rows import row_by_row
from services.committee.published import judging_rules
from services.committee.rules import scoring as rules
from services.committee.seats import holds_step, may_read, no_task, own_seat, refuse_conflict, sheet_of
from services.committee.tables import (
    Meeting,
    MeetingJudge,
    ReviewMaterial,
    Score,
    ScoreConfirmation,
    ScoreDraftRow,
    ScoreEntryRow,
    ScoringItem,
)
from services.committee.views import scoring as views

GRANT_MINUTES = 15


def save_score_draft(session: Session, *, command: SaveScoreDraft, actor: Actor) -> ScoreDraft:
    """Keep the lead's unfinished sheet, complete or not, right or wrong; nobody else sees it."""
    _, material, judge = _held(session, actor, command.material_id, ScoringStep.LEAD)
    rules.advanced(material.state, ScoringStep.LEAD)
    row = session.get(ScoreDraftRow, (material.id, judge.id))
    before = row.revision if row else 0
    if before != command.revision:
        raise StaleVersion(actual=before, expected=command.revision)
    if row is None:
        row = ScoreDraftRow(material_id=material.id, judge_id=judge.id, profile=material.profile)
        session.add(row)
    row.revision = before + 1
    row.entries = views.dump_draft(command.entries)
    row.saved_at = clock.now()
    session.flush()
    return views.draft(row)


def score_material(session: Session, *, command: ScoreMaterial, actor: Actor) -> ScoreSheetView:
    """主审打分: a whole sheet by the confirmed standard (HB-141, HB-146)."""
    meeting, material, judge = _held(session, actor, command.material_id, ScoringStep.LEAD)
    check_version(material.version, command)
    state = rules.advanced(material.state, ScoringStep.LEAD)
    sheet = sheet_of(session, material)
    items = session.scalars(select(ScoringItem).filter_by(sheet_id=sheet.id)).all()
    comments = rules.CommentRules(sheet.comment_required_below_percent, sheet.comment_max)
    if faults := rules.check_entries(items, command.entries, step=sheet.step, comments=comments):
        raise InvalidInput(faults=faults)
    before = session.scalar(select(func.max(Score.number)).filter_by(material_id=material.id)) or 0
    score = Score(
        id=uuid4(),
        profile=material.profile,
        material_id=material.id,
        number=before + 1,
        sheet_id=sheet.id,
        judge_id=judge.id,
        total=rules.total(command.entries),
        scored_at=clock.now(),
    )
    session.add(score)
    session.flush()
    session.add_all(
        ScoreEntryRow(
            score_id=score.id,
            item_code=entry.code,
            profile=score.profile,
            points=entry.points,
            comment=entry.comment.strip(),
        )
        for entry in command.entries
    )
    session.execute(delete(ScoreDraftRow).where(ScoreDraftRow.material_id == material.id))
    _move(session, actor, material, state, "scored")
    session.flush()
    return views.sheet(session, meeting, material, judge)


def confirm_scores(session: Session, *, command: ConfirmScores, actor: Actor) -> RowsDone:
    """副审确认, 组长确认 or 主任确认 of the ticked materials (HB-142 … HB-144, W11)."""
    meeting = find_meeting(session, actor, command.meeting_id, lock=True)
    judge = own_seat(session, actor, meeting.id)
    ids = [each.material_id for each in command.materials]
    found = {
        material.id: material
        for material in session.scalars(
            select(ReviewMaterial)
            .where(ReviewMaterial.meeting_id == meeting.id, ReviewMaterial.id.in_(ids))
            .order_by(ReviewMaterial.id)
            .with_for_update()
        )
    }

    def confirm(row: tuple[ReviewMaterial, MaterialVersion]) -> None:
        material, seen = row
        if not holds_step(session, judge, command.step, material):
            raise no_task(session, judge, material, command.step)
        refuse_conflict(session, judge, material.id)
        if material.version != seen.version:
            raise StaleVersion(actual=material.version, expected=seen.version)
        state = rules.advanced(material.state, command.step)
        session.add(
            ScoreConfirmation(
                score_id=_standing(session, material).id,
                step=command.step,
                profile=material.profile,
                judge_id=judge.id,
                is_bulk=len(command.materials) > 1,
                confirmed_at=clock.now(),
            )
        )
        _move(session, actor, material, state, f"{command.step}_confirmed", is_bulk=len(command.materials) > 1)

    rows = {
        each.material_id: (found[each.material_id], each) for each in command.materials if each.material_id in found
    }
    done = row_by_row({each: rows.get(each) for each in ids}, confirm)
    session.flush()
    if command.step is ScoringStep.CHAIR and not _unconfirmed(session, meeting):
        steps.complete(session, meeting, Step.SCORES_CONFIRMED, actor)
    return done


def send_back_score(session: Session, *, command: SendBackScore, actor: Actor) -> None:
    """退回主审: the score is kept in the log and given anew (HB-145)."""
    _, material, _ = _held(session, actor, command.material_id, command.step)
    check_version(material.version, command)
    state = rules.sent_back(material.state, command.step)
    score = _standing(session, material)
    score.sent_back_step = command.step
    score.sent_back_reason = command.reason
    score.sent_back_by = actor.account_id
    score.sent_back_at = clock.now()
    _move(session, actor, material, state, f"{command.step}_sent_back", opinion=command.reason)


def open_material(session: Session, *, material_id: UUID, actor: Actor, signer: Signer) -> MaterialGrant:
    """The signed right to read a submission, for judges with a task in it and without conflict (design §4, §6)."""
    material = session.get(ReviewMaterial, material_id)
    if material is None or material.meeting_id is None:
        raise NotFound()
    meeting = find_meeting(session, actor, material.meeting_id)
    judge = own_seat(session, actor, meeting.id)
    if not may_read(session, judge, material):
        raise NotFound()
    refuse_conflict(session, judge, material.id)
    province = judging_rules(session, meeting)
    audit.record(session, "material_opened", "material", material.id, submission=material.submission_id)
    grant = ReadGrant(
        account_id=actor.account_id,
        profile=actor.profile,
        submission_id=material.submission_id,
        masked=province.masked,
        blinded=province.blinded,
    )
    return MaterialGrant(
        submission_id=material.submission_id,
        grant=signer.read_grant(grant, minutes=GRANT_MINUTES),
        minutes=GRANT_MINUTES,
    )


def _held(
    session: Session, actor: Actor, material_id: UUID, step: ScoringStep
) -> tuple[Meeting, ReviewMaterial, MeetingJudge]:
    material = session.get(ReviewMaterial, material_id, with_for_update=True)
    if material is None or material.meeting_id is None:
        raise NotFound()
    meeting = find_meeting(session, actor, material.meeting_id)
    judge = own_seat(session, actor, meeting.id)
    if not holds_step(session, judge, step, material):
        raise no_task(session, judge, material, step)
    refuse_conflict(session, judge, material.id)
    return meeting, material, judge


def _standing(session: Session, material: ReviewMaterial) -> Score:
    return session.scalars(select(Score).where(Score.material_id == material.id, Score.sent_back_at.is_(None))).one()


def _move(
    session: Session,
    actor: Actor,
    material: ReviewMaterial,
    state: str,
    action: str,
    *,
    opinion: str = "",
    is_bulk: bool = False,
) -> None:
    log.write(
        session,
        actor,
        profile=material.profile,
        subject="material",
        subject_id=material.id,
        action=action,
        old_state=material.state,
        new_state=state,
        opinion=opinion,
        is_bulk=is_bulk,
    )
    material.state = state
    material.version += 1
    assert material.meeting_id is not None  # only what lies before a meeting is scored
    live.announce(session, Topic.MEETING, material.meeting_id)


def _unconfirmed(session: Session, meeting: Meeting) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(ReviewMaterial)
            .where(ReviewMaterial.meeting_id == meeting.id, ReviewMaterial.state != "chair_confirmed")
        )
        or 0
    )
