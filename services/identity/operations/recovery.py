"""A new password by a code over SMS or e-mail (HB-07, PL-27, W2)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from chassis import audit, clock, outbox
from chassis.database import Database
from contracts.errors import DomainError, InvalidInput
from contracts.events import RecoveryCodeRequested
from contracts.identity import CodeRefused, Origin, RecoveryCompletion, RecoveryRequest, RecoveryStarted
from services.identity.operations.accounts import own_profile
from services.identity.operations.attempts import Guarded, Trial, count, refuse_locked
from services.identity.operations.captchas import check_captcha
from services.identity.operations.passwords import hash_password, new_password_faults, set_password
from services.identity.operations.sign_in import find_account, login_subject
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, Person, RecoveryRow

_DIGITS = "0123456789"


def request_recovery(
    database: Database, *, request: RecoveryRequest, origin: Origin, rules: AccountRules
) -> RecoveryStarted:
    """Send a code to the owner of the account, if there is such an account; the answer is the same if not.

    Too many requests for one account send no more codes, silently. Refuses: CaptchaRefused, TooManyAttempts.
    """
    trial = Trial(Guarded.RECOVERY, rules.recovery.requests, network=origin.network)
    with database.begin() as session:
        refusal: DomainError | None = check_captcha(session, request.captcha)
        refusal = refusal or refuse_locked(session, trial)
        started = None if refusal else _start(session, request, origin, rules)
    if started is None:
        raise refusal or CodeRefused()
    return started


def _start(session: Session, request: RecoveryRequest, origin: Origin, rules: AccountRules) -> RecoveryStarted:
    account = find_account(session, request, rules)
    trial = Trial(Guarded.RECOVERY, rules.recovery.requests, account=login_subject(request))
    too_often = refuse_locked(session, trial, judging=True) is not None
    row = RecoveryRow(
        profile=own_profile(),
        account_id=account.id if account and not too_often and _may_recover(session, account) else None,
        code="".join(secrets.choice(_DIGITS) for _ in range(6)),
        expires_at=clock.now() + timedelta(minutes=rules.recovery.minutes),
    )
    session.add(row)
    session.flush()
    if row.account_id is not None:
        outbox.publish(
            session,
            RecoveryCodeRequested(recovery_id=row.id, account_id=row.account_id),
            aggregate_id=row.id,
            number=1,
        )
    audit.record(session, "recovery_requested", "account", row.account_id, address=origin.address)
    count(session, replace(trial, network=origin.network))
    return RecoveryStarted(recovery_id=row.id, minutes=rules.recovery.minutes)


def _may_recover(session: Session, account: Account) -> bool:
    """Whether a code may be sent: to who has a password already and is reached somewhere."""
    person = session.get_one(Person, account.person_id)
    return account.is_enabled and account.password_hash is not None and bool(person.mobile or person.email)


def complete_recovery(database: Database, *, request: RecoveryCompletion, origin: Origin, rules: AccountRules) -> None:
    """Set a new password with the code; the old one is valid until then.

    Refuses: TooManyAttempts, CodeRefused, InvalidInput.
    """
    trial = Trial(Guarded.CODE, rules.sign_in, network=origin.network)
    code = request.code.get_secret_value()
    password = request.new_password.get_secret_value()
    with database.begin() as session:
        refusal: DomainError | None = refuse_locked(session, trial)
        account = None if refusal else _account_by_code(session, request, code, rules)
        if refusal is None and account is None:
            audit.record(session, "recovery_failed", "recovery", request.recovery_id, address=origin.address)
            count(session, trial)
            refusal = CodeRefused()
        if account is not None:
            faults = new_password_faults(session, account, password, rules=rules, code=code)
            refusal = InvalidInput(faults=faults) if faults else None
    if refusal or account is None:
        raise refusal or CodeRefused()
    password_hash = hash_password(password)
    with database.begin() as session:
        account = _account_by_code(session, request, code, rules)
        if account is None:
            raise CodeRefused()
        session.get_one(RecoveryRow, request.recovery_id).used_at = clock.now()
        set_password(session, account, password_hash, action="password_recovered")


def _account_by_code(session: Session, request: RecoveryCompletion, code: str, rules: AccountRules) -> Account | None:
    """The account of a recovery that is alive, if the code is right; a wrong one is counted."""
    row = session.get(RecoveryRow, request.recovery_id, with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at <= clock.now():
        return None
    if row.failures >= rules.recovery.attempts:
        return None
    if not secrets.compare_digest(row.code.encode(), code.strip().encode()):
        row.failures += 1
        return None
    if row.account_id is None:
        return None
    account = session.get(Account, row.account_id, with_for_update=True)
    return account if account is not None and account.is_enabled else None
