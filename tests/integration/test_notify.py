"""Telling people: rows and digests on a real PostgreSQL, SMS over real SMPP, e-mail over real SMTP."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from chassis import clock, context
from chassis.database import Database
from chassis.tables import JobRow
from contracts.base import Actor, Role
from contracts.errors import NotAllowed
from contracts.events import MeetingPost, PostChange
from contracts.notify import (
    ArticleContent,
    ArticleKind,
    ArticleRequest,
    ChangeArticle,
    MessageState,
    NoticeRequest,
    PublishArticle,
    ReadNotices,
    ResendMessage,
    WithdrawArticle,
)
from contracts.operations import LateJobAct
from deploy.publish import read
from services.notify import queries, tables
from services.notify.mail import ProviderAway, Refused, SmtpMail
from services.notify.operations import articles, inbox, sending, telling
from services.notify.operations.occasions import about_post
from services.notify.operations.telling import Telling
from services.notify.rules.messages import MessageRules
from services.notify.rules.profile import Slice
from services.notify.sms import SmppSms


@pytest.fixture
def rules() -> MessageRules:
    return Slice.model_validate(read("hebei")[1]["notify"]).messages


@pytest.fixture
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("notify")


@pytest.fixture(autouse=True)
def profile() -> Iterator[None]:
    with context.changed(profile="hebei"):
        yield


def told(occasion: str, account_id: uuid.UUID, **params: Any) -> Telling:
    return Telling(uuid.uuid4(), occasion, (account_id,), params)


def rows_of(database: Database, account_id: uuid.UUID) -> tuple[list[tables.MessageRow], list[tables.NoticeRow]]:
    with database.begin() as session:
        messages = session.scalars(select(tables.MessageRow).where(tables.MessageRow.account_id == account_id))
        notices = session.scalars(select(tables.NoticeRow).where(tables.NoticeRow.account_id == account_id))
        return list(messages), list(notices)


@pytest.mark.req("PL-28")
def test_an_occasion_is_told_by_each_channel_of_the_profile(database: Database, rules: MessageRules) -> None:
    """One telling makes a notice, an SMS and an e-mail with a job each; the same cause again makes none."""
    account_id = uuid.uuid4()
    telling_once = told("declaration_submitted", account_id, title="讲师")
    for _ in range(2):
        with database.begin() as session:
            telling.tell(session, rules, "hebei", telling_once)
    messages, notices = rows_of(database, account_id)
    assert sorted(message.channel for message in messages) == ["email", "sms"]
    assert len(notices) == 1
    with database.begin() as session:
        ordered = {job.payload["message_id"] for job in session.scalars(select(JobRow))}
    assert {str(message.id) for message in messages} <= ordered


def test_work_is_told_at_once_and_then_collected(database: Database, rules: MessageRules) -> None:
    """The first arrival of an hour is told, the next ones are counted and told together when it is over."""
    account_id = uuid.uuid4()
    for _ in range(4):
        with database.begin() as session:
            telling.tell(session, rules, "hebei", told("work_arrived", account_id))
    assert [notice.params["count"] for notice in rows_of(database, account_id)[1]] == [1]
    with clock.standing_at(clock.now() + timedelta(hours=1, seconds=1)), database.begin("*") as session:
        assert telling.tell_collected(session, {"hebei": rules}) >= 1
    assert sorted(notice.params["count"] for notice in rows_of(database, account_id)[1]) == [1, 3]


@pytest.mark.req("PL-30")
def test_a_number_gets_no_more_than_the_days_limit(database: Database, rules: MessageRules) -> None:
    """Beyond the limit of its number or its account an SMS is not sent."""
    narrow = rules.model_copy(update={"limits": rules.limits.model_copy(update={"number_per_day": 2})})
    account_id, number = uuid.uuid4(), "15400001234"
    for expected in (True, True, False):
        with database.begin() as session:
            telling.tell(session, narrow, "hebei", told("declaration_submitted", account_id, title="讲师"))
        message = next(m for m in rows_of(database, account_id)[0] if m.channel == "sms" and m.state == "waiting")
        with database.begin() as session:
            due = sending.begin_sending(session, message.id, narrow)
            assert due is not None
            assert sending.is_within_limits(session, due, number, narrow) is expected
            if expected:
                sending.note_sent(session, due, address=number, reference=uuid.uuid4().hex)
    assert number.encode() not in b"".join(m.recipient_hash or b"" for m in rows_of(database, account_id)[0])


def test_a_message_that_waited_too_long_fails(database: Database, rules: MessageRules) -> None:
    """After the profile's hours nothing is sent any more, and staff can see why."""
    account_id = uuid.uuid4()
    with clock.standing_at(clock.now() - timedelta(hours=rules.limits.give_up_hours + 1)), database.begin() as session:
        telling.tell(session, rules, "hebei", told("declaration_submitted", account_id, title="讲师"))
    message = rows_of(database, account_id)[0][0]
    with database.begin() as session:
        assert sending.begin_sending(session, message.id, rules) is None
    assert {m.error_code for m in rows_of(database, account_id)[0]} == {None, sending.WAITED_TOO_LONG}


def test_a_message_whose_job_was_given_up_has_failed(
    database: Database, rules: MessageRules, make_actor: Callable[..., Actor]
) -> None:
    """An operator ends the job that was to send a message: the list of deliveries says so, and it can be sent again."""
    account_id = uuid.uuid4()
    with database.begin() as session:
        telling.tell(session, rules, "hebei", told("declaration_submitted", account_id, title="讲师"))
    message = rows_of(database, account_id)[0][0]
    operator = make_actor((Role.SYSTEM_ADMIN, None))
    later = clock.standing_at(clock.now() + timedelta(minutes=5))
    with later, context.changed(actor=operator), database.begin() as session:
        jobs = session.scalars(select(JobRow)).all()
        job = next(one for one in jobs if one.payload["message_id"] == str(message.id))
        sending.give_up(session, command=LateJobAct(command_id=uuid.uuid4(), job_id=job.id))
    found = {one.id: (one.state, one.error_code) for one in rows_of(database, account_id)[0]}
    assert found[message.id] == (MessageState.FAILED, sending.GIVEN_UP)
    with context.changed(actor=operator), database.begin() as session:
        command = ResendMessage(command_id=uuid.uuid4(), message_id=message.id)
        assert inbox.resend_message(session, actor=operator, command=command).state is MessageState.WAITING


def test_people_read_only_their_own_notices(
    database: Database, rules: MessageRules, make_actor: Callable[..., Actor]
) -> None:
    """Notices of others are neither shown nor marked."""
    reader, other = make_actor(), make_actor()
    with database.begin() as session:
        for actor in (reader, other):
            telling.tell(session, rules, "hebei", told("declaration_returned", actor.account_id, title="讲师"))
    command = ReadNotices(command_id=uuid.uuid4())
    with database.begin() as session:
        page = queries.notices(session, actor=reader, request=NoticeRequest(), rules=rules)
        assert [(notice.title, notice.read_at) for notice in page.items] == [("职称申报材料需修改", None)]
        assert "讲师" in page.items[0].text
        assert inbox.read_notices(session, actor=reader, command=command) == 0
        assert inbox.unread(session, actor=other) == 1


def test_articles_reach_their_audience_only(database: Database, make_actor: Callable[..., Actor]) -> None:
    """An article for case officers is shown to them alone, one without audience to everybody; withdrawn, to none."""
    writer, officer = make_actor((Role.SYSTEM_ADMIN, None)), make_actor((Role.CASE_OFFICER, uuid.uuid4()))

    def content(title: str, *audience: Role) -> ArticleContent:
        return ArticleContent(
            kind=ArticleKind.POLICY, title=title, body="正文", published_on=clock.today(), audience=audience
        )

    def seen_by(actor: Actor | None) -> set[str]:
        with database.begin() as session:
            found = queries.articles(session, actor=actor, request=ArticleRequest(kind=ArticleKind.POLICY))
            return {article.content.title for article in found.items}

    with database.begin() as session:
        for_all = articles.publish_article(
            session, actor=writer, command=PublishArticle(command_id=uuid.uuid4(), content=content("公开"))
        )
        articles.publish_article(
            session,
            actor=writer,
            command=PublishArticle(command_id=uuid.uuid4(), content=content("内部", Role.CASE_OFFICER)),
        )
    assert seen_by(None) == {"公开"}
    assert seen_by(officer) == {"公开", "内部"}
    with pytest.raises(NotAllowed), database.begin() as session:
        articles.change_article(
            session,
            actor=officer,
            command=ChangeArticle(command_id=uuid.uuid4(), article_id=for_all.article_id, content=content("改")),
        )
    with database.begin() as session:
        articles.withdraw_article(
            session,
            actor=writer,
            command=WithdrawArticle(command_id=uuid.uuid4(), article_id=for_all.article_id, expected_version=1),
        )
    assert seen_by(None) == set()


def arrived(environment: dict[str, str], recipient: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(
        f"{environment['ZHIPING_PEERS_URL']}/messages.json", params={"to": recipient}, trust_env=False
    ).json()
    return found


def test_an_sms_arrives_whole_and_is_receipted(environment: dict[str, str]) -> None:
    """A text of several parts arrives as one, and the receipt names the reference that was answered."""
    receipts: list[tuple[str, bool]] = []
    sms = SmppSms(
        environment["NOTIFY_SMPP_URL"],
        demonstration=True,
        on_receipt=lambda reference, delivered: receipts.append((reference, delivered)),
    )
    number, text = "15400009876", "【河北职称评审】" + "䶮𬭎老师，请登录平台。" * 12 + uuid.uuid4().hex
    try:
        reference = sms.send(to=number, text=text)
        limit = time.monotonic() + 10
        while (reference, True) not in receipts and time.monotonic() < limit:
            time.sleep(0.05)
        assert (reference, True) in receipts
        assert text in [message["text"] for message in arrived(environment, number)]
        with pytest.raises(Refused):
            sms.send(to="13900000000", text="不是演示号码")
    finally:
        sms.close()


def test_an_email_arrives_with_its_chinese_words(environment: dict[str, str]) -> None:
    """Subject and body arrive as they were; a demonstration mails to invented addresses only."""
    mail = SmtpMail(
        environment["NOTIFY_SMTP_URL"], sender="no-reply@zhiping.example", name="职称评审", demonstration=True
    )
    to = f"{uuid.uuid4().hex}@hb.example"
    mail.send(to=to, subject="职称申报材料需修改", body="䶮𬭎：\n请修改。\n")
    (message,) = arrived(environment, to)
    assert (message["subject"], message["text"].strip()) == ("职称申报材料需修改", "䶮𬭎：\n请修改。")
    with pytest.raises(Refused):
        mail.send(to="someone@example.com", subject="x", body="x")


def test_a_provider_that_is_away_is_no_refusal() -> None:
    """Without a provider the message waits."""
    mail = SmtpMail("smtp://u:p@127.0.0.1:1", sender="a@zhiping.example", name="x", demonstration=True)
    with pytest.raises(ProviderAway):
        mail.send(to="a@hb.example", subject="x", body="x")


def test_an_sms_is_one_segment_at_the_longest_values(rules: MessageRules) -> None:
    """With signature and the longest values each SMS stays within 70 characters."""
    longest = {
        "title": "正" * 10,
        "deadline": "2026-12-31 23:59",
        "count": "9999",
        "minutes": "10",
        "code": "123456",
        "unit": "单" * 16,
        "ref": "R" * 12,
    }
    for name in rules.occasions:
        assert len(rules.sms(name, longest, name="买合木提·艾则孜")) <= 70, name


def test_whose_post_changed_is_told_which_one(rules: MessageRules) -> None:
    """The notice names chair or vice-chair, and whether it is held from now on or no more."""
    for post, word in ((MeetingPost.CHAIR, "主任"), (MeetingPost.VICE_CHAIR, "副主任")):
        for is_held, verb in ((True, "被指定为本次评审会议的"), (False, "不再担任本次评审会议的")):
            change = PostChange(account_id=uuid.uuid4(), post=post, is_held=is_held)
            assert f"您{verb}{word}，" in rules.notice(about_post(change), {})[1]


def test_what_the_administrator_changed_stays(database: Database, make_actor: Callable[..., Actor]) -> None:
    """A standing page that an administrator changed or withdrew is left so by publishing the same page again, and
    published anew once the page itself is another."""
    writer = make_actor((Role.SYSTEM_ADMIN, None))
    pages = dict(list(Slice.model_validate(read("hebei")[1]["notify"]).pages.items())[:2])
    changed, withdrawn = sorted(pages)

    def shown() -> dict[str, str]:
        with database.begin() as session:
            rows = session.scalars(select(tables.ArticleRow).where(tables.ArticleRow.withdrawn_at.is_(None)))
            return {row.page: row.title for row in rows if row.page is not None}

    def publish() -> None:
        with database.begin() as session:
            articles.publish_pages(session, profile="hebei", pages=pages)

    publish()
    assert shown() == {name: page.title for name, page in pages.items()}
    with database.begin() as session:
        ids = {row.page: row.id for row in session.scalars(select(tables.ArticleRow)) if row.page is not None}
        content = pages[changed].model_copy(update={"title": "已修改"})
        command = ChangeArticle(command_id=uuid.uuid4(), article_id=ids[changed], content=content)
        articles.change_article(session, actor=writer, command=command)
        act = WithdrawArticle(command_id=uuid.uuid4(), article_id=ids[withdrawn])
        articles.withdraw_article(session, actor=writer, command=act)
    publish()
    assert shown() == {changed: "已修改"}
    pages[withdrawn] = pages[withdrawn].model_copy(update={"body": "新的内容。"})
    publish()
    assert shown() == {changed: "已修改", withdrawn: pages[withdrawn].title}
    del pages[changed]
    publish()
    assert shown() == {withdrawn: pages[withdrawn].title}
