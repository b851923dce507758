"""The notify service: SMS, e-mail, in-app notices, announcements, policies and frequent questions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.base import Command, Message, Page, PageRequest, Role, VersionedCommand, rpc
from contracts.errors import DomainError, Kind
from contracts.operations import Operated
from contracts.portal import ProfileCard, PublishedPortal
from contracts.profiles import PublishesProfiles

DownloadId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Channel(StrEnum):
    """A way to reach somebody."""

    IN_APP = "in_app"
    SMS = "sms"
    EMAIL = "email"


class MessageState(StrEnum):
    """Where an SMS or e-mail stands; `delivered` only where a receipt came."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class ArticleKind(StrEnum):
    """通知公告, 政策法规 or 常见问题."""

    ANNOUNCEMENT = "announcement"
    POLICY = "policy"
    FAQ = "faq"


class NotResendable(DomainError):
    """Only a message that failed for good can be sent again."""

    code = "notify.not_resendable"
    kind = Kind.CONFLICT


class Notice(Message):
    """An in-app notice (个人通知): what happened, about which thing, and whether it was read."""

    notice_id: UUID
    title: str
    text: str
    subject_kind: str | None
    subject_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class NoticeRequest(PageRequest):
    """A page of the own notices, newest first."""

    unread_only: bool = False


class ReadNotices(Command):
    """Mark own notices as read; without ids all of them."""

    notice_ids: tuple[UUID, ...] | None = Field(default=None, max_length=200)


class MessageRequest(PageRequest):
    """A page of sent messages for staff, newest first (PL-28)."""

    state: MessageState | None = None
    channel: Channel | None = None


class MessageRow(Message):
    """A message as staff see it: to whom by account, never the address or the text."""

    message_id: UUID
    occasion: str
    channel: Channel
    account_id: UUID
    state: MessageState
    attempts: int
    error_code: str | None
    created_at: datetime
    sent_at: datetime | None


class ResendMessage(Command):
    """Send a failed message again. Refuses: NotFound, NotResendable."""

    message_id: UUID


class ArticleFile(Message):
    """A file that belongs to an article, as its readers see it."""

    file_id: UUID
    name: str = Field(min_length=1, max_length=120)
    size: int = Field(ge=1)


class ArticleContent(Message):
    """What an article says. No audience means everybody, signed in or not.

    `body` is a closed part of Markdown, which pages draw without ever making markup of it: paragraphs, `## headings`,
    lists of `- ` and `1. ` lines, `**bold**`; everything else stands as it is written. `downloads` names files that the
    province offers to everybody, `files` are uploads of whoever writes.
    """

    kind: ArticleKind
    title: str = Field(min_length=1, max_length=120)
    body: str = Field(min_length=1, max_length=50_000)
    published_on: date
    audience: tuple[Role, ...] = ()
    downloads: tuple[DownloadId, ...] = Field(default=(), max_length=20)
    files: tuple[ArticleFile, ...] = Field(default=(), max_length=20)


class PublishArticle(Command):
    """Put an article before its readers."""

    content: ArticleContent


class ChangeArticle(VersionedCommand):
    """Give an article other content. Refuses: NotFound, StaleVersion."""

    article_id: UUID
    content: ArticleContent


class WithdrawArticle(VersionedCommand):
    """Take an article away from its readers. Refuses: NotFound, StaleVersion."""

    article_id: UUID


class Article(Message):
    """An article as its readers see it."""

    article_id: UUID
    content: ArticleContent
    version: int


class ArticleRequest(PageRequest):
    """A page of articles of one kind, newest first; `text` is looked for in title and body, the days both count."""

    kind: ArticleKind
    text: str | None = Field(default=None, max_length=60)
    published_from: date | None = None
    published_to: date | None = None


class NotifyApi(PublishesProfiles, Operated):
    """What people are told, by which way, and whether it arrived."""

    name: ClassVar[str] = "notify"

    @rpc(actor=False)
    def published_profiles(self) -> tuple[ProfileCard, ...]:
        """Every province of the installation, by name of its profile."""
        raise NotImplementedError

    @rpc(actor=False)
    def portal(self) -> PublishedPortal:
        """The profile's portal as everybody sees it before signing in. Refuses: ProfileNotPublished."""
        raise NotImplementedError

    @rpc()
    def notices(self, *, request: NoticeRequest) -> Page[Notice]:
        """The actor's notices."""
        raise NotImplementedError

    @rpc()
    def unread_notices(self) -> int:
        """How many notices the actor has not read."""
        raise NotImplementedError

    @rpc()
    def read_notices(self, *, command: ReadNotices) -> int:
        """Mark notices as read; answers how many are unread now."""
        raise NotImplementedError

    @rpc()
    def messages(self, *, request: MessageRequest) -> Page[MessageRow]:
        """What was sent in the profile, for its system administrators. Refuses: NotAllowed."""
        raise NotImplementedError

    @rpc()
    def resend_message(self, *, command: ResendMessage) -> MessageRow:
        """Send a failed message again. Refuses: NotAllowed, NotFound, NotResendable."""
        raise NotImplementedError

    @rpc()
    def publish_article(self, *, command: PublishArticle) -> Article:
        """Put an article before its readers. Refuses: NotAllowed."""
        raise NotImplementedError

    @rpc()
    def change_article(self, *, command: ChangeArticle) -> Article:
        """Give an article other content. Refuses: NotAllowed, NotFound, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def withdraw_article(self, *, command: WithdrawArticle) -> None:
        """Take an article away from its readers. Refuses: NotAllowed, NotFound, StaleVersion."""
        raise NotImplementedError

    @rpc(actor=False)
    def public_articles(self, *, request: ArticleRequest) -> Page[Article]:
        """Articles for everybody, without sign-in."""
        raise NotImplementedError

    @rpc(actor=False)
    def public_article(self, *, article_id: UUID) -> Article:
        """One article for everybody. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def article(self, *, article_id: UUID) -> Article:
        """One article for everybody or for the actor's roles. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def articles(self, *, request: ArticleRequest) -> Page[Article]:
        """Articles for everybody and for the actor's roles."""
        raise NotImplementedError
