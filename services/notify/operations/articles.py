"""Announcements, policies and questions: published, changed and withdrawn by the system administrator (PL-06)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping

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

PAGES = uuid.UUID("8f0c1c0a-5d5e-4a53-9d4e-2f1f3a7c5b10")


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
    row.downloads = [*content.downloads]
    row.files = [file.model_dump(mode="json") for file in content.files]


def publish_pages(session: Session, *, profile: str, pages: Mapping[str, ArticleContent]) -> None:
    """Let the profile's standing pages be articles. What stands already is left as it is; a page that is no more goes.

    An administrator may change or withdraw one; that holds until the page itself is published with other content.
    """
    known = {row.page: row for row in session.scalars(select(ArticleRow).where(ArticleRow.page.is_not(None)))}
    for page, content in pages.items():
        digest = hashlib.sha256(content.model_dump_json().encode()).hexdigest()
        row = known.pop(page, None)
        if row is not None and row.page_hash == digest:
            continue
        if row is None:
            # The same address in every installation, so that links to a page last.
            row = ArticleRow(
                id=uuid.uuid5(PAGES, f"{profile}/{page}"), profile=profile, page=page, version=0, created_at=clock.now()
            )
            session.add(row)
        _fill(row, content)
        row.version += 1
        row.page_hash, row.withdrawn_at = digest, None
        audit.record(session, "page_published", "article", row.id, profile=profile, page=page, version=row.version)
    for gone in known.values():
        if gone.page_hash is not None:
            gone.page_hash, gone.withdrawn_at = None, gone.withdrawn_at or clock.now()
            gone.version += 1
            audit.record(session, "page_withdrawn", "article", gone.id, profile=profile, page=gone.page)
