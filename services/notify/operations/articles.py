"""Announcements, policies and questions: published, changed and withdrawn by the system administrator (PL-06)."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.commands import check_version
from contracts.base import Actor
from contracts.errors import NotFound
from contracts.notify import Article, ArticleContent, ChangeArticle, PublishArticle, WithdrawArticle
from services.notify import views
from services.notify.rules.rights import may_write
from services.notify.tables import ArticleRow


def publish_article(session: Session, *, actor: Actor, command: PublishArticle) -> Article:
    """Put an article before its readers. Refuses: NotAllowed."""
    may_write(actor)
    row = ArticleRow(id=uuid.uuid4(), profile=actor.profile, version=1, created_at=clock.now())
    _fill(row, command.content)
    session.add(row)
    audit.record(session, "article_published", "article", row.id)
    return views.article(row)


def change_article(session: Session, *, actor: Actor, command: ChangeArticle) -> Article:
    """Give an article other content. Refuses: NotAllowed, NotFound, StaleVersion."""
    row = _own(session, actor, command.article_id)
    check_version(row.version, command)
    _fill(row, command.content)
    row.version += 1
    audit.record(session, "article_changed", "article", row.id, version=row.version)
    return views.article(row)


def withdraw_article(session: Session, *, actor: Actor, command: WithdrawArticle) -> None:
    """Take an article away from its readers. Refuses: NotAllowed, NotFound, StaleVersion."""
    row = _own(session, actor, command.article_id)
    check_version(row.version, command)
    row.withdrawn_at = clock.now()
    row.version += 1
    audit.record(session, "article_withdrawn", "article", row.id)


def _own(session: Session, actor: Actor, article_id: uuid.UUID) -> ArticleRow:
    may_write(actor)
    row = session.scalar(
        select(ArticleRow).where(ArticleRow.id == article_id, ArticleRow.withdrawn_at.is_(None)).with_for_update()
    )
    if row is None:
        raise NotFound()
    return row


def _fill(row: ArticleRow, content: ArticleContent) -> None:
    row.kind, row.title, row.body = content.kind, content.title, content.body
    row.published_on, row.audience = content.published_on, [*content.audience]
