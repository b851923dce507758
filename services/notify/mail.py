"""E-mail over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from contracts.errors import WorldFault

TIMEOUT = 20
DEMONSTRATION_DOMAIN = ".example"


class Refused(Exception):
    """The provider, or the demonstration's rule, will never take this message."""


class ProviderAway(WorldFault):
    """The provider cannot be reached or wants the message later."""


class Mail(Protocol):
    """A way to send e-mail."""

    def send(self, *, to: str, subject: str, body: str) -> str:
        """Hand the mail in; answers its message id. Raises Refused, ProviderAway."""


class SmtpMail:
    """Mail handed in at an SMTP server: `smtp://user:password@host:port`, `smtps` for TLS from the start."""

    def __init__(self, url: str, *, sender: str, name: str, demonstration: bool) -> None:
        self._url = urlsplit(url)
        self._sender = Address(name, addr_spec=sender)
        self._demonstration = demonstration

    def send(self, *, to: str, subject: str, body: str) -> str:
        """See `Mail`. In a demonstration only invented addresses are mailed to."""
        if self._demonstration and not to.lower().endswith(DEMONSTRATION_DOMAIN):
            raise Refused()
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = make_msgid(domain=self._sender.domain)
        message.set_content(body)
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            if all(code >= 500 for code, _ in error.recipients.values()):
                raise Refused() from error
            raise ProviderAway() from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError):
                raise Refused() from error
            raise ProviderAway() from error
        except (smtplib.SMTPException, OSError) as error:
            raise ProviderAway() from error
        return str(message["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port or 25
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server
