"""What becomes of a meeting's result: its notice, objections, report and audit, and what was told of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from chassis.tables import OutboxRow
from contracts.committee.results import (
    AuditResult,
    DecideObjection,
    EndNotice,
    NoticeCard,
    ObjectionCard,
    PublishNotice,
    RecordObjection,
    ReportCard,
    ReportResult,
)
from services.committee.operations import notices, results
from services.committee.tables import ReviewMaterial
from tests.factories.judging import World, new
from tests.factories.judging_rows import PROFILE

PUBLISHED = datetime(2026, 11, 20, 2, tzinfo=UTC)
LAST_DAY = date(2026, 11, 27)


def publish(world: World, working_days: int | None = None, *, demonstration: bool = False) -> NoticeCard:
    command = PublishNotice(
        **new(), meeting_id=world.meeting_id, contact="云汐演示大学职改办 03002000001", working_days=working_days
    )
    card: NoticeCard = world.do(world.officer, notices.publish_notice, command, is_demonstration=demonstration)
    return card


def end(world: World) -> NoticeCard:
    card: NoticeCard = world.do(world.officer, notices.end_notice, EndNotice(**new(), meeting_id=world.meeting_id))
    return card


def object_to(world: World, material: int) -> ObjectionCard:
    command = RecordObjection(
        **new(),
        meeting_id=world.meeting_id,
        material_id=world.materials[material],
        objector="舒望舟",
        content="申报材料与事实不符",
    )
    card: ObjectionCard = world.do(world.officer, notices.record_objection, command)
    return card


def decide(world: World, objection: ObjectionCard, *, upheld: bool) -> ObjectionCard:
    command = DecideObjection(
        **new(),
        objection_id=objection.objection_id,
        upheld=upheld,
        reason="经核查，异议" + ("成立" if upheld else "不成立"),
    )
    card: ObjectionCard = world.do(world.officer, notices.decide_objection, command)
    return card


def report(world: World) -> ReportCard:
    card: ReportCard = world.do(
        world.officer, results.report_result, ReportResult(**new(), meeting_id=world.meeting_id)
    )
    return card


def audit(world: World, *, approved: bool = True, opinion: str = "") -> ReportCard:
    command = AuditResult(**new(), meeting_id=world.meeting_id, approved=approved, opinion=opinion)
    card: ReportCard = world.do(world.auditor, results.audit_result, command)
    return card


def states(world: World) -> list[str]:
    with world.database.begin(PROFILE) as session:
        return [session.get_one(ReviewMaterial, material).state for material in world.materials]


def topics(world: World) -> list[str]:
    """Event names about this meeting's materials and itself, in their order."""
    with world.database.begin(PROFILE) as session:
        rows = session.execute(
            select(OutboxRow.topic)
            .where(OutboxRow.payload["meeting_id"].astext == str(world.meeting_id))
            .order_by(OutboxRow.id)
        )
        return [row.topic.removeprefix("committee.") for row in rows]
