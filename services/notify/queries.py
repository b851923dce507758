"""The read side of the notify service."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from contracts.base import Actor, Page, PageRequest
from contracts.errors import NotFound
from contracts.notify import Article, ArticleRequest, MessageRequest, MessageRow, Notice, NoticeRequest
from services.notify import tables, views
from services.notify.rules.messages import MessageRules
from services.notify.rules.rights import may_write


def notices(session: Session, *, actor: Actor, request: NoticeRequest, rules: MessageRules) -> Page[Notice]:
    """The actor's notices, newest first, in the profile's current words."""
    wanted = select(tables.NoticeRow).where(tables.NoticeRow.account_id == actor.account_id)
    if request.unread_only:
        wanted = wanted.where(tables.NoticeRow.read_at.is_(None))
    rows, total = _page(session, wanted, tables.NoticeRow.created_at.desc(), tables.NoticeRow.id, request=request)
    return Page(items=tuple(_notice(row, rules) for row in rows), total=total, page=request.page, size=request.size)


def _notice(row: tables.NoticeRow, rules: MessageRules) -> Notice:
    title, text = rules.notice(row.occasion, row.params)
    return Notice(
        notice_id=row.id,
        title=title,
        text=text,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        created_at=row.created_at,
        read_at=row.read_at,
    )


def messages(session: Session, *, actor: Actor, request: MessageRequest) -> Page[MessageRow]:
    """What was sent in the profile. Refuses: NotAllowed."""
    may_write(actor)
    wanted = select(tables.MessageRow)
    if request.state is not None:
        wanted = wanted.where(tables.MessageRow.state == request.state)
    if request.channel is not None:
        wanted = wanted.where(tables.MessageRow.channel == request.channel)
    rows, total = _page(session, wanted, tables.MessageRow.created_at.desc(), tables.MessageRow.id, request=request)
    return Page(items=tuple(map(views.message, rows)), total=total, page=request.page, size=request.size)


def articles(session: Session, *, actor: Actor | None, request: ArticleRequest) -> Page[Article]:
    """Articles of a kind for everybody and, signed in, for the actor's roles; newest first."""
    wanted = select(tables.ArticleRow).where(tables.ArticleRow.kind == request.kind, _readable_by(actor))
    if request.text:
        wanted = wanted.where(
            or_(
                tables.ArticleRow.title.icontains(request.text, autoescape=True),
                tables.ArticleRow.body.icontains(request.text, autoescape=True),
            )
        )
    if request.published_from is not None:
        wanted = wanted.where(tables.ArticleRow.published_on >= request.published_from)
    if request.published_to is not None:
        wanted = wanted.where(tables.ArticleRow.published_on <= request.published_to)
    rows, total = _page(session, wanted, tables.ArticleRow.published_on.desc(), tables.ArticleRow.id, request=request)
    return Page(items=tuple(map(views.article, rows)), total=total, page=request.page, size=request.size)


def article(session: Session, *, actor: Actor | None, article_id: uuid.UUID) -> Article:
    """One article for everybody or, signed in, for the actor's roles. Refuses: NotFound."""
    row = session.scalar(select(tables.ArticleRow).where(tables.ArticleRow.id == article_id, _readable_by(actor)))
    if row is None:
        raise NotFound()
    return views.article(row)


def _readable_by(actor: Actor | None) -> Any:
    for_all = func.cardinality(tables.ArticleRow.audience) == 0
    roles = sorted({grant.role.value for grant in actor.roles}) if actor else []
    audience = or_(for_all, tables.ArticleRow.audience.op("&&")(cast(roles, ARRAY(String)))) if roles else for_all
    return tables.ArticleRow.withdrawn_at.is_(None) & audience


def _page(session: Session, wanted: Select[Any], *order: Any, request: PageRequest) -> tuple[list[Any], int]:
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(wanted.order_by(*order).offset(request.offset).limit(request.size)).all()
    return list(rows), total
