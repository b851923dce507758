"""Notices, messages and articles."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from contracts.base import Page
from contracts.documents import DocumentsApi
from contracts.errors import NotFound
from contracts.notify import (
    Article,
    ArticleContent,
    ArticleRequest,
    ChangeArticle,
    MessageRequest,
    MessageRow,
    Notice,
    NoticeRequest,
    NotifyApi,
    PublishArticle,
    ReadNotices,
    ResendMessage,
    WithdrawArticle,
)
from gateway.clients import Clients, Services
from gateway.commands import command_from
from gateway.description import FILE
from gateway.portal import Province
from gateway.sending import send
from gateway.session import SignedIn, Visitor

router = APIRouter(prefix="/{profile}", tags=["notices"])


@router.get("/notices")
async def list_notices(
    services: Services, _session: SignedIn, request: Annotated[NoticeRequest, Query()]
) -> Page[Notice]:
    """The own notices, newest first."""
    return await services.notify.call(NotifyApi.notices, request=request)


@router.get("/notices/unread")
async def count_unread_notices(services: Services, _session: SignedIn) -> int:
    """How many of the own notices are unread."""
    return await services.notify.call(NotifyApi.unread_notices)


@router.post("/notices/read")
async def read_notices(
    services: Services, _session: SignedIn, command: Annotated[ReadNotices, Depends(command_from(ReadNotices))]
) -> int:
    """Mark own notices as read; answers how many are unread now."""
    return await services.notify.call(NotifyApi.read_notices, command=command)


@router.get("/messages")
async def list_messages(
    services: Services, _session: SignedIn, request: Annotated[MessageRequest, Query()]
) -> Page[MessageRow]:
    """What was sent, for the platform's administrators."""
    return await services.notify.call(NotifyApi.messages, request=request)


@router.post("/messages/{message_id}/resend")
async def resend_message(
    services: Services,
    _session: SignedIn,
    command: Annotated[ResendMessage, Depends(command_from(ResendMessage, path=("message_id",)))],
) -> MessageRow:
    """Send a failed message again."""
    return await services.notify.call(NotifyApi.resend_message, command=command)


@router.get("/articles")
async def list_articles(
    services: Services, _session: SignedIn, request: Annotated[ArticleRequest, Query()]
) -> Page[Article]:
    """Articles for everybody and for the own roles."""
    return await services.notify.call(NotifyApi.articles, request=request)


@router.get("/articles/{article_id}")
async def show_article(services: Services, _session: SignedIn, article_id: UUID) -> Article:
    """One article for everybody or for the own roles."""
    return await services.notify.call(NotifyApi.article, article_id=article_id)


@router.post("/articles", status_code=201)
async def publish_article(
    services: Services, _session: SignedIn, command: Annotated[PublishArticle, Depends(command_from(PublishArticle))]
) -> Article:
    """Put an article before its readers."""
    await _publish_files(services, command.content)
    return await services.notify.call(NotifyApi.publish_article, command=command)


@router.put("/articles/{article_id}")
async def change_article(
    services: Services,
    _session: SignedIn,
    command: Annotated[ChangeArticle, Depends(command_from(ChangeArticle, path=("article_id",), versioned=True))],
) -> Article:
    """Give an article other content."""
    await _publish_files(services, command.content)
    return await services.notify.call(NotifyApi.change_article, command=command)


@router.delete("/articles/{article_id}", status_code=204)
async def withdraw_article(
    services: Services,
    _session: SignedIn,
    command: Annotated[WithdrawArticle, Depends(command_from(WithdrawArticle, path=("article_id",), versioned=True))],
) -> None:
    """Take an article away from its readers."""
    await services.notify.call(NotifyApi.withdraw_article, command=command)


@router.get("/public/articles")
async def list_public_articles(
    services: Services, _profile: Province, request: Annotated[ArticleRequest, Query()]
) -> Page[Article]:
    """Announcements, policies and questions for everybody."""
    return await services.notify.call(NotifyApi.public_articles, request=request)


@router.get("/public/articles/{article_id}")
async def show_public_article(services: Services, _profile: Visitor, article_id: UUID) -> Article:
    """One article for everybody."""
    return await services.notify.call(NotifyApi.public_article, article_id=article_id)


@router.get("/public/articles/{article_id}/files/{file_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_public_article_file(
    request: Request, services: Services, _profile: Visitor, article_id: UUID, file_id: UUID
) -> Response:
    """A file of an article for everybody."""
    article = await services.notify.call(NotifyApi.public_article, article_id=article_id)
    return await _send_file(request, services, article, file_id)


@router.get("/articles/{article_id}/files/{file_id}/content", response_class=StreamingResponse, responses=FILE)
async def fetch_article_file(
    request: Request, services: Services, _session: SignedIn, article_id: UUID, file_id: UUID
) -> Response:
    """A file of an article for everybody or for the own roles."""
    article = await services.notify.call(NotifyApi.article, article_id=article_id)
    return await _send_file(request, services, article, file_id)


async def _publish_files(services: Clients, content: ArticleContent) -> None:
    # First, for an article must not name what its readers cannot get.
    if content.files:
        file_ids = tuple(file.file_id for file in content.files)
        await services.documents.call(DocumentsApi.publish_files, file_ids=file_ids)


async def _send_file(request: Request, services: Clients, article: Article, file_id: UUID) -> Response:
    if file_id not in {file.file_id for file in article.content.files}:
        raise NotFound()
    return await send(request, await services.documents.call(DocumentsApi.open_public_file, file_id=file_id))
