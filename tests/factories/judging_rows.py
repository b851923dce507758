"""The rows of a prepared meeting: committee, experts, seats, plan, materials, standard, conflicts."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from services.committee.tables import (
    Committee,
    Conflict,
    Expert,
    Meeting,
    MeetingJudge,
    ReviewMaterial,
    ReviewPlan,
    ScoringItem,
    ScoringSheet,
    ScoringStandard,
)

PROFILE = "hebei"
ITEMS = (("ethics", Decimal(40)), ("work", Decimal(60)))


def a_committee(unit: UUID, office: UUID, now: datetime) -> Committee:
    return Committee(
        id=uuid.uuid4(),
        profile=PROFILE,
        code=f"C{uuid.uuid4().hex[:8]}",
        name="云汐演示评委会",
        year=2026,
        organization_id=unit,
        organization_name="云汐演示大学",
        office_organization_id=office,
        level="senior",
        scope_kind="series",
        scope=[],
        region="",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        contact_name="白若川",
        contact_phone="03002000001",
        created_at=now,
        created_by=uuid.uuid4(),
    )


def a_meeting(unit: UUID, version: int, now: datetime) -> Meeting:
    return Meeting(
        id=uuid.uuid4(),
        profile=PROFILE,
        profile_version=version,
        organization_id=unit,
        organization_name="云汐演示大学",
        name="云汐演示评审会议",
        starts_at=datetime(2026, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, tzinfo=UTC),
        place="河北省云汐演示区无名路1号",
        meeting_staff="",
        brief="",
        created_at=now,
        created_by=uuid.uuid4(),
    )


def an_expert(serial: int, now: datetime) -> Expert:
    document = number(serial)
    return Expert(
        id=uuid.uuid4(),
        profile=PROFILE,
        profile_version=1,
        account_id=uuid.uuid4(),
        person_id=uuid.uuid4(),
        real_name=f"评委{serial:02d}",
        id_document_type="resident_id",
        id_document_no=document,
        id_document_hash=uuid.uuid4().bytes,
        mobile=f"1540000{serial:04d}",
        email=None,
        employer_name="澄屿演示理工大学",
        reviewable=[],
        state="approved",
        submitted_at=now,
        created_at=now,
        created_by=uuid.uuid4(),
    )


def a_seat(meeting: Meeting, expert: Expert, group_id: UUID, index: int) -> MeetingJudge:
    assert expert.account_id is not None
    assert expert.person_id is not None
    return MeetingJudge(
        id=uuid.uuid4(),
        profile=PROFILE,
        meeting_id=meeting.id,
        expert_id=expert.id,
        account_id=expert.account_id,
        person_id=expert.person_id,
        group_id=group_id,
        is_seated=True,
        post=("chair", "vice_chair")[index] if index < 2 else None,
        leads_group=False,
    )


def a_plan(meeting: Meeting, now: datetime) -> ReviewPlan:
    someone = uuid.uuid4()
    return ReviewPlan(
        id=uuid.uuid4(),
        profile=PROFILE,
        meeting_id=meeting.id,
        number=1,
        state="approved",
        text="演示评审方案",
        quorum_numerator=2,
        quorum_denominator=3,
        threshold_numerator=2,
        threshold_denominator=3,
        written_by=someone,
        written_at=now,
        submitted_by=someone,
        submitted_at=now,
        reviewed_by=uuid.uuid4(),
        reviewed_at=now,
    )


def a_material(meeting: Meeting, committee: Committee, group_id: UUID, serial: int, now: datetime) -> ReviewMaterial:
    return ReviewMaterial(
        id=uuid.uuid4(),
        profile=PROFILE,
        case_id=uuid.uuid4(),
        declaration_id=uuid.uuid4(),
        submission_id=uuid.uuid4(),
        committee_id=committee.id,
        person_id=uuid.uuid4(),
        account_id=uuid.uuid4(),
        organization_id=uuid.uuid4(),
        organization_name="栎城演示医科大学",
        organization_ids=[],
        declaration_year=2026,
        real_name=f"申报人{serial:02d}",
        id_document_no=number(5000 + serial),
        id_document_hash=uuid.uuid4().bytes,
        title_series="higher_education",
        specialty="logic",
        declared_title="professor",
        title_level="full_senior",
        labels={
            "title_series": "高等学校教师-本科",
            "specialty": "逻辑学",
            "declared_title": "教授",
            "highest_education": "博士研究生",
        },
        facts={"highest_education": "11"},
        recommendations=[],
        employers=[],
        is_entrusted_review=False,
        meeting_id=meeting.id,
        group_id=group_id,
        state="grouped",
        admitted_at=now,
    )


def add_standard(session: Session, meeting: Meeting, now: datetime) -> None:
    sheet_id = uuid.uuid4()
    session.add(
        ScoringStandard(
            meeting_id=meeting.id, profile=PROFILE, state="submitted", submitted_by=uuid.uuid4(), submitted_at=now
        )
    )
    session.flush()
    session.add(
        ScoringSheet(
            id=sheet_id,
            profile=PROFILE,
            meeting_id=meeting.id,
            group_id=None,
            title_level=None,
            name="演示评分标准",
            total=Decimal(100),
            step=Decimal("0.5"),
            comment_required_below_percent=40,
            comment_max=500,
        )
    )
    session.flush()
    session.add_all(
        ScoringItem(
            sheet_id=sheet_id,
            code=code,
            profile=PROFILE,
            position=position,
            name=code,
            maximum=maximum,
            description="",
            evidence=[],
        )
        for position, (code, maximum) in enumerate(ITEMS)
    )


def a_conflict(expert_id: UUID, material_id: UUID, now: datetime) -> Conflict:
    return Conflict(
        expert_id=expert_id,
        material_id=material_id,
        profile=PROFILE,
        state="blocking",
        grounds=[{"kind": "same_organization", "source": "云汐演示大学/云汐演示大学", "is_exact": True}],
        found_at=now,
    )


def number(serial: int) -> str:
    """An identity number that belongs to nobody (region part 139901)."""
    body = f"139901198001{1 + serial // 1000:02d}{serial % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]
