"""Rows as the contract shows them."""

from __future__ import annotations

from contracts.base import Role
from contracts.notify import Article, ArticleContent, ArticleKind, Channel, MessageRow, MessageState
from services.notify import tables
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
