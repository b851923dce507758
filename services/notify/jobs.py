"""The notify worker: hands messages in at the providers and takes their receipts."""

from __future__ import annotations

import uuid
from typing import Any

from chassis import context
from chassis.database import ALL_PROFILES
from chassis.jobs import RunningJob, job
from chassis.profiles import Profiles
from chassis.service import client
from chassis.workshop import Workshop
from contracts.errors import NotFound
from contracts.identity import IdentityApi
from contracts.notify import Channel
from services.notify.mail import Refused, SmtpMail
from services.notify.operations import sending
from services.notify.operations.sending import Due
from services.notify.operations.telling import SEND
from services.notify.rules.messages import MessageRules
from services.notify.rules.profile import Slice
from services.notify.settings import Settings
from services.notify.sms import SmppSms


class Jobs(Workshop[Settings]):
    """Sends SMS and e-mails. A crash between the provider's yes and our note sends twice: better than never."""

    identity = client(IdentityApi)
    profiles = Profiles(Slice)

    def open(self) -> None:
        self._sms = SmppSms(
            self.settings.smpp_url.get_secret_value(),
            demonstration=self.settings.demonstration,
            on_receipt=self._take_receipt,
        )

    def close(self) -> None:
        self._sms.close()

    @job(SEND)
    def send_message(self, job: RunningJob) -> dict[str, Any] | None:
        """Send one message, unless it was sent, is too late, has no address or is beyond the day's limit."""
        message_id = uuid.UUID(job.payload["message_id"])
        with self.database.begin() as session:
            rules = self.profiles.current(session, job.profile)[1].messages
            due = sending.begin_sending(session, message_id, rules)
        if due is None:
            return None
        failure = self._send(due, rules)
        if failure is not None:
            with self.database.begin() as session:
                sending.note_failed(session, message_id, failure)
        return {"error_code": failure}

    def _send(self, due: Due, rules: MessageRules) -> str | None:
        """The code of the failure, None when it was sent. Raises ProviderAway."""
        contacts = self.identity.contacts(account_ids=(due.account_id,))
        contact = contacts[0] if contacts else None
        address = sending.address_of(contact, due.channel)
        if address is None and due.channel is Channel.EMAIL:
            with self.database.begin() as session:
                sending.drop(session, due)
            return None
        if contact is None or address is None:
            return sending.NO_ADDRESS
        with self.database.begin() as session:
            if not sending.is_within_limits(session, due, address, rules):
                return sending.DAILY_LIMIT
        params = self._with_code(due)
        if params is None:
            return sending.CODE_OVER
        try:
            reference = self._hand_in(due, rules, address, params, contact.display_name)
        except Refused:
            return sending.REFUSED
        with self.database.begin() as session:
            sending.note_sent(session, due, address=address, reference=reference)
        return None

    def _with_code(self, due: Due) -> dict[str, object] | None:
        """The parameters, with the recovery code fetched now where the message carries one; it is kept nowhere."""
        if "recovery_id" not in due.params:
            return due.params
        try:
            recovery = self.identity.recovery_message(recovery_id=uuid.UUID(str(due.params["recovery_id"])))
        except NotFound:
            return None
        if recovery.code is None:
            return None
        return {**due.params, "code": recovery.code, "minutes": recovery.minutes}

    def _hand_in(self, due: Due, rules: MessageRules, address: str, params: dict[str, object], name: str) -> str:
        if due.channel is Channel.SMS:
            return self._sms.send(to=address, text=rules.sms(due.occasion, params, name=name))
        subject, body = rules.email(due.occasion, params, name=name, link=self.settings.public_url)
        mail = SmtpMail(
            self.settings.smtp_url.get_secret_value(),
            sender=self.settings.sender,
            name=rules.platform,
            demonstration=self.settings.demonstration,
        )
        return mail.send(to=address, subject=subject, body=body)

    def _take_receipt(self, reference: str, delivered: bool) -> None:
        with context.changed(profile=ALL_PROFILES), self.database.begin() as session:
            sending.note_receipt(session, reference, delivered=delivered)
