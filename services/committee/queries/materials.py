"""Materials of a meeting and those offered to it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from contracts.base import Actor, Page
from contracts.committee.materials import MaterialFilter, MaterialRow
from contracts.identifiers import mask_number
from services.committee.access import office_meeting
from services.committee.tables import Committee, MeetingCommittee, ReviewMaterial


def materials(session: Session, *, actor: Actor, wanted: MaterialFilter) -> Page[MaterialRow]:
    """A page of materials, those that wait first, then by group and name. Refuses: NotFound, NotAllowed."""
    meeting = office_meeting(session, actor, wanted.meeting_id)
    committees = select(MeetingCommittee.committee_id).filter_by(meeting_id=meeting.id)
    offered = (ReviewMaterial.state == "admitted") & ReviewMaterial.committee_id.in_(committees)
    placed = ReviewMaterial.meeting_id == meeting.id
    shown: ColumnElement[bool] = false()
    if wanted.offered is not False:
        shown |= offered
    if wanted.offered is not True:
        shown |= placed
    conditions = [shown]
    if wanted.group_id is not None:
        conditions.append(ReviewMaterial.group_id == wanted.group_id)
    if wanted.text:
        conditions.append(ReviewMaterial.real_name.contains(wanted.text, autoescape=True))
    total = session.scalar(select(func.count()).select_from(ReviewMaterial).where(*conditions)) or 0
    rows = session.execute(
        select(ReviewMaterial, Committee.name)
        .join(Committee, Committee.id == ReviewMaterial.committee_id)
        .where(*conditions)
        .order_by(
            ReviewMaterial.group_id.nulls_first(), ReviewMaterial.real_name.collate("zh-x-icu"), ReviewMaterial.id
        )
        .offset(wanted.offset)
        .limit(wanted.size)
    )
    items = tuple(
        MaterialRow(
            material_id=material.id,
            declaration_id=material.declaration_id,
            submission_id=material.submission_id,
            real_name=material.real_name,
            id_document_no=mask_number(material.id_document_no),
            organization_name=material.organization_name,
            committee_name=committee_name,
            labels=material.labels,
            title_level=material.title_level,
            group_id=material.group_id,
            state=material.state,
            version=material.version,
        )
        for material, committee_name in rows
    )
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)
