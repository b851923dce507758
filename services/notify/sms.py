"""SMS over SMPP 3.4: one bound connection with a thread of its own, which sends, reads answers and takes receipts."""

from __future__ import annotations

import queue
import re
import select
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm
import structlog

from services.notify.mail import ProviderAway, Refused

log = structlog.get_logger()

ANSWER_SECONDS = 15
KEEPALIVE_SECONDS = 30.0
DEMONSTRATION_NUMBER = re.compile(r"^1540000\d{4}$")
RECEIPT = re.compile(rb"id:(\S+).*?stat:(\w+)", re.S)
# The provider asks for patience (throttled, queue full, system error): everything else is final.
TEMPORARY = {
    smpplib.consts.SMPP_ESME_RSYSERR,
    smpplib.consts.SMPP_ESME_RMSGQFUL,
    smpplib.consts.SMPP_ESME_RTHROTTLED,
}


class Sms(Protocol):
    """A way to send SMS."""

    def send(self, *, to: str, text: str) -> str:
        """Hand the SMS in; answers the provider's reference. Raises Refused, ProviderAway."""


class SmppSms:
    """SMS handed in at an SMPP server: `smpp://system_id:password@host:port`.

    on_receipt gets (reference, delivered) from the connection's thread.
    """

    def __init__(self, url: str, *, demonstration: bool, on_receipt: Callable[[str, bool], None]) -> None:
        self._url = urlsplit(url)
        self._demonstration = demonstration
        self._on_receipt = on_receipt
        self._outgoing: queue.Queue[tuple[str, str, Future[str]]] = queue.Queue()
        self._wake, self._woken = socket.socketpair()
        self._stopping = False
        self._pending: dict[int, Future[str]] = {}
        self._thread = threading.Thread(target=self._run, name="smpp", daemon=True)
        self._thread.start()

    def send(self, *, to: str, text: str) -> str:
        """See `Sms`. In a demonstration only invented numbers get one; the reference is that of the last part."""
        if self._demonstration and not DEMONSTRATION_NUMBER.match(to):
            raise Refused()
        answer: Future[str] = Future()
        self._outgoing.put((to, text, answer))
        self._wake.send(b".")
        try:
            return answer.result(ANSWER_SECONDS)
        except FutureTimeout:
            raise ProviderAway() from None

    def close(self) -> None:
        """Unbind and end the thread."""
        self._stopping = True
        self._wake.send(b".")
        self._thread.join(5)
        self._wake.close()
        self._woken.close()

    def _run(self) -> None:
        while not self._stopping:
            client = smpplib.client.Client(
                self._url.hostname, self._url.port, timeout=10, allow_unknown_opt_params=True, logger_name="smpplib"
            )
            client.set_message_sent_handler(self._answered)
            client.set_message_received_handler(self._received)
            client.set_error_pdu_handler(self._refused)
            try:
                client.connect()
                client.bind_transceiver(
                    system_id=unquote(self._url.username or ""), password=unquote(self._url.password or "")
                )
                self._converse(client)
            except (smpplib.exceptions.ConnectionError, smpplib.exceptions.PDUError, OSError) as error:
                log.warning("sms_provider_away", error=type(error).__name__)
            finally:
                self._give_up()
                self._close(client)
            if not self._stopping and select.select([self._woken], [], [], 2.0)[0]:
                self._woken.recv(4096)

    def _converse(self, client: Any) -> None:
        while not self._stopping:
            readable, _, _ = select.select([client._socket, self._woken], [], [], KEEPALIVE_SECONDS)
            if client._socket in readable:
                client.read_once()
            if self._woken in readable:
                self._woken.recv(4096)
                while not self._outgoing.empty():
                    self._submit(client, *self._outgoing.get())
            if not readable:
                client.send_pdu(smpplib.smpp.make_pdu("enquire_link", client=client))

    def _submit(self, client: Any, to: str, text: str, answer: Future[str]) -> None:
        parts, encoding, message_type = smpplib.gsm.make_parts(text)
        for part in parts:
            pdu = client.send_message(
                source_addr_ton=smpplib.consts.SMPP_TON_ALNUM,
                source_addr="",
                dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
                destination_addr=to,
                short_message=part,
                data_coding=encoding,
                esm_class=message_type,
                registered_delivery=True,
            )
            self._pending[pdu.sequence] = answer if part is parts[-1] else Future()

    def _answered(self, pdu: Any) -> int:
        answer = self._pending.pop(pdu.sequence, None)
        if answer is not None:
            reference = pdu.message_id
            answer.set_result(reference.decode() if isinstance(reference, bytes) else str(reference))
        return 0

    def _refused(self, pdu: Any) -> int:
        answer = self._pending.pop(pdu.sequence, None)
        if answer is not None:
            answer.set_exception(ProviderAway() if pdu.status in TEMPORARY else Refused())
        return 0

    def _received(self, pdu: Any) -> int:
        found = RECEIPT.search(pdu.short_message or b"")
        if found:
            self._on_receipt(found[1].decode("ascii", "replace"), found[2] == b"DELIVRD")
        return 0

    def _give_up(self) -> None:
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(ProviderAway())
        self._pending.clear()
        while not self._outgoing.empty():
            self._outgoing.get()[2].set_exception(ProviderAway())

    @staticmethod
    def _close(client: Any) -> None:
        try:
            client.__exit__(None, None, None)
        except (smpplib.exceptions.ConnectionError, smpplib.exceptions.PDUError, OSError):
            log.info("sms_provider_hung_up")
