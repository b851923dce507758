"""Score sheets and materials as judges see them, for answers and lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from contracts.committee.scoring import (
    DraftEntry,
    JudgeRef,
    MaterialLine,
    ScoreDraft,
    ScoreEntry,
    ScoreRecord,
    ScoreSheetView,
    ScoringItemView,
    ScoringStep,
)
from services.committee.published import judging_rules
from services.committee.rules.judging_profile import JudgingRules
from services.committee.rules.scoring import waiting_state
from services.committee.seats import (
    sheet_of,
    steps_of,
)
from services.committee.tables import (
    Expert,
    Meeting,
    MeetingGroup,
    MeetingJudge,
    ReviewMaterial,
    Score,
    ScoreDraftRow,
    ScoreEntryRow,
    ScoringItem,
)

_ENTRIES = TypeAdapter(tuple[DraftEntry, ...])


def sheet(session: Session, meeting: Meeting, material: ReviewMaterial, judge: MeetingJudge) -> ScoreSheetView:
    """The sheet as the judge sees it."""
    form = sheet_of(session, material)
    items = session.scalars(select(ScoringItem).filter_by(sheet_id=form.id).order_by(ScoringItem.position))
    scores = session.scalars(select(Score).filter_by(material_id=material.id).order_by(Score.number.desc())).all()
    refs = judge_refs(session, session.scalars(select(MeetingJudge).filter_by(meeting_id=meeting.id)).all())
    records = tuple(_record(session, score, refs) for score in scores)
    standing = next((record for record in records if record.sent_back_at is None), None)
    waiting = tuple(each for each in steps_of(session, judge, material) if material.state == waiting_state(each))
    unfinished = session.get(ScoreDraftRow, (material.id, judge.id)) if ScoringStep.LEAD in waiting else None
    return ScoreSheetView(
        material=lines_of(session, meeting, [material])[0],
        my_steps=waiting,
        step=form.step,
        total=form.total,
        comment_required_below_percent=form.comment_required_below_percent,
        comment_max=form.comment_max,
        items=tuple(
            ScoringItemView(
                code=item.code,
                name=item.name,
                maximum=item.maximum,
                description=item.description,
                evidence=tuple(item.evidence),
            )
            for item in items
        ),
        current=standing,
        former=tuple(record for record in records if record is not standing),
        draft=draft(unfinished) if unfinished else None,
    )


def draft(row: ScoreDraftRow) -> ScoreDraft:
    """A lead's unfinished sheet."""
    return ScoreDraft(revision=row.revision, saved_at=row.saved_at, entries=_ENTRIES.validate_json(row.entries))


def dump_draft(entries: tuple[DraftEntry, ...]) -> str:
    """An unfinished sheet as it is stored."""
    return _ENTRIES.dump_json(entries).decode()


def lines_of(session: Session, meeting: Meeting, materials: Collection[ReviewMaterial]) -> list[MaterialLine]:
    """Materials as judges see them, in the given order."""
    province = judging_rules(session, meeting)
    groups = dict(session.execute(select(MeetingGroup.id, MeetingGroup.name).filter_by(meeting_id=meeting.id)).all())
    totals = dict(
        session.execute(
            select(Score.material_id, Score.total).where(
                Score.material_id.in_([material.id for material in materials]), Score.sent_back_at.is_(None)
            )
        ).all()
    )
    return [_line(material, province, groups, totals.get(material.id)) for material in materials]


def judge_refs(session: Session, judges: Iterable[MeetingJudge]) -> dict[UUID, JudgeRef]:
    """Judges with their names, by id and in the given order."""
    judges = list(judges)
    names = dict(
        session.execute(
            select(Expert.id, Expert.real_name).where(Expert.id.in_([judge.expert_id for judge in judges]))
        ).all()
    )
    return {
        judge.id: JudgeRef(judge_id=judge.id, name=names[judge.expert_id], group_id=judge.group_id) for judge in judges
    }


def _line(
    material: ReviewMaterial, province: JudgingRules, groups: dict[UUID, str], total: Decimal | None
) -> MaterialLine:
    assert material.group_id is not None
    return MaterialLine(
        material_id=material.id,
        group_id=material.group_id,
        group_name=groups[material.group_id],
        state=material.state,
        version=material.version,
        applicant_name=None if province.hides_applicant_name else material.real_name,
        organization_name=None if province.hides_organization else material.organization_name,
        declared_title=material.labels.get("declared_title", material.declared_title),
        specialty=material.labels.get("specialty", material.specialty),
        score_total=total,
    )


def _record(session: Session, score: Score, refs: dict[UUID, JudgeRef]) -> ScoreRecord:
    entries = session.scalars(
        select(ScoreEntryRow)
        .join(
            ScoringItem,
            and_(ScoringItem.sheet_id == score.sheet_id, ScoringItem.code == ScoreEntryRow.item_code),
        )
        .where(ScoreEntryRow.score_id == score.id)
        .order_by(ScoringItem.position)
    )
    return ScoreRecord(
        number=score.number,
        scored_by=refs[score.judge_id],
        scored_at=score.scored_at,
        entries=tuple(ScoreEntry(code=row.item_code, points=row.points, comment=row.comment) for row in entries),
        total=score.total,
        sent_back_by_step=ScoringStep(score.sent_back_step) if score.sent_back_step else None,
        sent_back_reason=score.sent_back_reason,
        sent_back_at=score.sent_back_at,
    )
