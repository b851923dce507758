"""Rows as the contract shows them."""

from __future__ import annotations

from contracts.base import Role
from contracts.notify import Article, ArticleContent, ArticleFile, ArticleKind, Channel, MessageRow, MessageState
from contracts.portal import ProfileCard, PublishedPortal
from services.notify import tables
from services.notify.rules.profile import Slice
from services.notify.tables import ArticleRow


def article(row: ArticleRow) -> Article:
    """The article of a row."""
    return Article(
        article_id=row.id,
        version=row.version,
        content=ArticleContent(
            kind=ArticleKind(row.kind),
            title=row.title,
            body=row.body,
            published_on=row.published_on,
            audience=tuple(Role(role) for role in row.audience),
            downloads=tuple(row.downloads),
            files=tuple(ArticleFile.model_validate(file) for file in row.files),
        ),
    )


def message(row: tables.MessageRow) -> MessageRow:
    """The message as staff see it."""
    return MessageRow(
        message_id=row.id,
        occasion=row.occasion,
        channel=Channel(row.channel),
        account_id=row.account_id,
        state=MessageState(row.state),
        attempts=row.attempts,
        error_code=row.error_code,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


def portal_card(profile: str, published: Slice) -> ProfileCard:
    """A province as somebody chooses it."""
    return ProfileCard(profile=profile, system_name=published.portal.system_name, host=published.portal.host)


def published_portal(version: int, published: Slice) -> PublishedPortal:
    """The frame of a province's portal."""
    return PublishedPortal(version=version, content=published.portal, mark=published.mark)
