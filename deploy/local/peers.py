"""Stand-ins of the mail and SMS operators, and the local page on which their messages can be read.

Run as a program it serves the peers that are not given by an URL, on loopback.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import re
import sqlite3
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any

import smpp34
import uvicorn
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from smpp34._smpp34 import ESME_RINVDSTADR, TLV_MESSAGE_PAYLOAD
from smpplib.gsm import GSM_CHARACTER_TABLE
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.local.instance import Instance
from deploy.local.process import Http, Process

SMTP_VARIABLE, SMPP_VARIABLE = "ZHIPING_SMTP_URL", "ZHIPING_SMPP_URL"
ACCOUNT = "notify"
KEPT = 10_000
LARGEST_MAIL = 20_000_000
MOBILE = re.compile(r"(\+?86)?1\d{10}")
PAGE_ROWS = 200

UCS2, LATIN1 = 8, 3
USER_DATA_HEADER = 0x40
RECEIPT = 0x04


def prepare(instance: Instance) -> None:
    """Make the folder of the messages."""
    instance.directory("peers")


def processes(instance: Instance) -> list[Process]:
    """One small process for both peers and the page; none when both are given."""
    given = {name: os.environ.get(name) or "" for name in (SMTP_VARIABLE, SMPP_VARIABLE)}
    if all(given.values()):
        return []
    return [
        Process(
            name="peers",
            command=(sys.executable, "-m", "deploy.local.peers"),
            environment=given,
            ready=Http(instance.port("peers"), "/healthz"),
            stop_seconds=5,
            port=instance.port("peers"),
            note="SMS, mail and captcha answers",
        )
    ]


def environment(instance: Instance) -> dict[str, str]:
    """Where mail and SMS are handed in, and where the local page is."""
    mail = f"smtp://{ACCOUNT}:{instance.secret('mail')}@127.0.0.1:{instance.port('mail')}"
    # SMPP allows passwords of eight characters.
    sms = f"smpp://{ACCOUNT}:{instance.secret('sms', characters=8)}@127.0.0.1:{instance.port('sms')}"
    settings = {
        "NOTIFY_SMTP_URL": os.environ.get(SMTP_VARIABLE) or mail,
        "NOTIFY_SMPP_URL": os.environ.get(SMPP_VARIABLE) or sms,
    }
    if processes(instance):
        settings["ZHIPING_PEERS_URL"] = f"http://127.0.0.1:{instance.port('peers')}"
    return settings


class Messages:
    """The last messages of every kind, kept over restarts."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        self._database.row_factory = sqlite3.Row
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS message"
            " (id INTEGER PRIMARY KEY, at TEXT, kind TEXT, sender TEXT, recipient TEXT, subject TEXT, text TEXT)"
        )

    def add(self, *, kind: str, sender: str, recipient: str, subject: str, text: str) -> None:
        """Keep one message and forget the oldest beyond the limit."""
        with self._database:
            added = self._database.execute(
                "INSERT INTO message (at, kind, sender, recipient, subject, text) VALUES (?, ?, ?, ?, ?, ?)",
                (datetime.now(UTC).isoformat(), kind, sender, recipient, subject, text),
            )
            self._database.execute("DELETE FROM message WHERE id <= ?", ((added.lastrowid or 0) - KEPT,))

    def find(self, *, kind: str | None, recipient: str | None, after: int) -> list[dict[str, Any]]:
        """The newest messages first; `recipient` is compared whole, a mobile number without its country code."""
        rows = self._database.execute(
            "SELECT * FROM message WHERE id > ? AND (? IS NULL OR kind = ?) AND (? IS NULL OR recipient = ?)"
            " ORDER BY id DESC LIMIT ?",
            (after, kind, kind, recipient, recipient, PAGE_ROWS),
        )
        return [dict(row) for row in rows]


class MailPeer:
    """Accepts every mail of the one account that signs in."""

    def __init__(self, messages: Messages, password: str) -> None:
        self._messages = messages
        self._password = password.encode()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's call for a mail that has arrived whole."""
        mail = email.message_from_bytes(_bytes(envelope.content), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        body = mail.get_body(("plain", "html"))
        names = [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()]
        content = body.get_content().replace("\r\n", "\n") if body else ""
        text = "\n".join([content, *(f"[附件 {name}]" for name in names)])
        for recipient in envelope.rcpt_tos:
            self._messages.add(
                kind="mail",
                sender=envelope.mail_from or "",
                recipient=recipient,
                subject=str(mail["subject"] or ""),
                text=text,
            )
        return "250 OK"

    def sign_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """aiosmtpd's question whether the credentials are right."""
        known = getattr(data, "login", b"") == ACCOUNT.encode() and getattr(data, "password", b"") == self._password
        return AuthResult(success=known, handled=known)

    def session(self) -> SMTP:
        """The protocol object of one connection."""
        return SMTP(
            self,
            authenticator=self.sign_in,
            auth_required=True,
            # Loopback only; the real operator is reached by TLS.
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
        )


class SmsPeer:
    """Accepts SMS for mobile numbers, joins their parts and sends receipts."""

    def __init__(self, messages: Messages, port: int) -> None:
        self._messages = messages
        self._server = smpp34.Server(host="127.0.0.1", port=port, system_id="zhiping")
        self._sessions: dict[str, smpp34.Esme] = {}
        self._parts: dict[tuple[str, str, int], dict[int, str]] = {}
        self._receipts: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Answer clients for ever."""
        await self._server.start()
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._sessions[event.session_id] = event
            elif isinstance(event, smpp34.Unbound):
                self._sessions.pop(event.session_id, None)
            else:
                self._take(event)

    def _take(self, event: smpp34.SubmitSmEvent) -> None:
        if not MOBILE.fullmatch(event.destination_addr):
            event.reject(ESME_RINVDSTADR)
            return
        number = uuid.uuid4().hex[:16]
        text = self._whole_text(event)
        if text is not None:
            self._messages.add(
                kind="sms",
                sender=event.source_addr,
                recipient=event.destination_addr[-11:],
                subject="",
                text=text,
            )
        event.accept(message_id=number)
        session = self._sessions.get(event.session_id)
        if event.registered_delivery & 1 and session is not None and session.can_receive:
            sending = asyncio.create_task(self._send_receipt(session, event, number))
            self._receipts.add(sending)
            sending.add_done_callback(self._receipts.discard)

    def _whole_text(self, event: smpp34.SubmitSmEvent) -> str | None:
        """The text once its last part is there."""
        body = event.short_message
        for tlv in event.tlvs:
            if tlv.tag == TLV_MESSAGE_PAYLOAD:
                body = tlv.value
        if not event.esm_class & USER_DATA_HEADER:
            return _decode(body, event.data_coding)
        length = body[0]
        header, body = body[1 : length + 1], body[length + 1 :]
        # Concatenation: a reference of one byte (element 0) or two (element 8), the count, the number.
        reference, count, number = int.from_bytes(header[2:-2]), header[-2], header[-1]
        key = (event.session_id, event.destination_addr, reference)
        parts = self._parts.setdefault(key, {})
        parts[number] = _decode(body, event.data_coding)
        if len(parts) < count:
            return None
        del self._parts[key]
        return "".join(parts[number] for number in sorted(parts))

    async def _send_receipt(self, session: smpp34.Esme, event: smpp34.SubmitSmEvent, number: str) -> None:
        now = datetime.now(UTC).strftime("%y%m%d%H%M")
        text = f"id:{number} sub:001 dlvrd:001 submit date:{now} done date:{now} stat:DELIVRD err:000 text:"
        await session.deliver_sm(
            source_addr=event.destination_addr,
            destination_addr=event.source_addr,
            esm_class=RECEIPT,
            short_message=text.encode("ascii"),
        )


def page(messages: Messages) -> Starlette:
    """GET / for people, GET /messages.json?kind=&to=&after= for programs, POST /captchas from identity."""

    def find(request: Request) -> list[dict[str, Any]]:
        query = request.query_params
        after = query.get("after", "0")
        return messages.find(
            kind=query.get("kind"), recipient=query.get("to"), after=int(after) if after.isdecimal() else 0
        )

    async def show(request: Request) -> Response:
        rows = "".join(
            f"<tr><td>{escape(row['at'][:19])}</td><td>{escape(row['kind'])}</td><td>{escape(row['recipient'])}</td>"
            f"<td>{escape(row['subject'])}</td><td><pre>{escape(row['text'])}</pre></td></tr>"
            for row in find(request)
        )
        return HTMLResponse(PAGE.replace("{rows}", rows))

    async def list_(request: Request) -> Response:
        return JSONResponse(find(request))

    async def captcha(request: Request) -> Response:
        body = await request.json()
        messages.add(kind="captcha", sender="", recipient=str(body["id"]), subject="", text=str(body["answer"]))
        return Response(status_code=204)

    async def healthy(_: Request) -> Response:
        return Response()

    return Starlette(
        routes=[
            Route("/", show),
            Route("/messages.json", list_),
            Route("/captchas", captcha, methods=["POST"]),
            Route("/healthz", healthy),
        ],
        # A page of another site must not read this one by a name of its own for 127.0.0.1.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


async def serve(instance: Instance) -> None:
    """Run the peers and the page until stopped."""
    messages = Messages(instance.path("peers", "messages.sqlite3"))
    loop = asyncio.get_running_loop()
    if not os.environ.get(SMTP_VARIABLE):
        mail = MailPeer(messages, instance.secret("mail"))
        make: Callable[[], SMTP] = mail.session
        await loop.create_server(make, "127.0.0.1", instance.port("mail"))
    jobs = [
        uvicorn.Server(
            uvicorn.Config(
                page(messages), host="127.0.0.1", port=instance.port("peers"), access_log=False, log_level="warning"
            )
        ).serve()
    ]
    if not os.environ.get(SMPP_VARIABLE):
        jobs.append(SmsPeer(messages, instance.port("sms")).serve())
    # The page ends on SIGTERM; the program ends with it.
    running = [asyncio.ensure_future(job) for job in jobs]
    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for job in running:
        job.cancel()
    for job in done:
        job.result()


def _decode(body: bytes, coding: int) -> str:
    if coding == UCS2:
        return body.decode("utf-16-be", errors="replace")
    if coding == LATIN1:
        return body.decode("latin-1")
    # GSM 03.38, one character a byte; 0x1b takes the next from the second table.
    text, shift = "", 0
    for byte in body:
        if byte == 0x1B:
            shift = 0x80
            continue
        text += GSM_CHARACTER_TABLE[(byte & 0x7F) + shift]
        shift = 0
    return text


def _bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>职评 本机短信、邮件与验证码</title>
<style>body{font:15px/1.6 sans-serif;margin:2em}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}
pre{margin:0;white-space:pre-wrap;font:inherit}</style>
<h1>本机短信、邮件与验证码</h1><p>仅供演示：消息没有发往任何真实的手机或邮箱。</p>
<table><tr><th>时间 (UTC)</th><th>类型</th><th>收件人</th><th>主题</th><th>内容</th></tr>{rows}</table></html>"""


if __name__ == "__main__":
    asyncio.run(serve(Instance.open()))
