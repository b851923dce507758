"""Templates for bulk data exchange (报盘模板, HB-52): offered by case officers, withdrawn and offered again."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor, Role
from contracts.documents import AddExchangeTemplate, EnableExchangeTemplate, ExchangeTemplate, FileNotReady, Verdict
from contracts.errors import NotAllowed, NotFound
from services.documents.tables import ExchangeTemplateRow, FileRow
from services.documents.views import exchange_template, sees_template

PURPOSE = "exchange_template"


def add_exchange_template(session: Session, *, command: AddExchangeTemplate, actor: Actor) -> ExchangeTemplate:
    """Offer a file as a template. Refuses: NotAllowed, NotFound, FileNotReady."""
    if not actor.has(Role.CASE_OFFICER, command.organization_id):
        raise NotAllowed(Role.CASE_OFFICER) if command.organization_id in actor.organizations(*Role) else NotFound()
    file = session.get(FileRow, command.file_id, with_for_update=True)
    if file is None or file.account_id != actor.account_id or file.purpose != PURPOSE:
        raise NotFound()
    if file.state != Verdict.CLEAN:
        raise FileNotReady(verdict=file.state)
    row = ExchangeTemplateRow(
        id=uuid.uuid4(),
        profile=actor.profile,
        organization_id=command.organization_id,
        title=command.title,
        file_id=file.id,
        is_enabled=True,
        version=1,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    session.add(row)
    audit.record(session, "exchange_template_added", "exchange_template", row.id, file_id=file.id)
    return exchange_template(row, file)


def enable_exchange_template(session: Session, *, command: EnableExchangeTemplate, actor: Actor) -> ExchangeTemplate:
    """Offer a template again or no more. Refuses: NotFound, NotAllowed, StaleVersion."""
    row = session.get(ExchangeTemplateRow, command.template_id, with_for_update=True)
    if row is None or not sees_template(actor, row):
        raise NotFound()
    if not actor.has(Role.CASE_OFFICER, row.organization_id):
        raise NotAllowed(Role.CASE_OFFICER)
    check_version(row.version, command)
    row.is_enabled = command.is_enabled
    row.version += 1
    audit.record(session, "exchange_template_enabled", "exchange_template", row.id, is_enabled=row.is_enabled)
    return exchange_template(row, session.get_one(FileRow, row.file_id))
