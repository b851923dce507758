"""Passwords: argon2id outside the hub, and the acts by which they are set."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from chassis import audit, live, outbox
from chassis.database import Database
from chassis.offload import offload
from contracts.base import Actor
from contracts.errors import Fault, InvalidInput, SessionRequired
from contracts.events import PasswordChanged
from contracts.identity import Origin, OwnContact, PasswordChange, WrongPassword
from contracts.live import Topic
from services.identity.operations.accounts import drop_activation, end_sessions
from services.identity.operations.attempts import Guarded, Trial, count, forget, refuse_locked
from services.identity.rules.passwords import password_faults
from services.identity.rules.people import judge_contacts
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, Person

# OWASP's first choice for argon2id: about 20 ms and 19 MiB.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What a password is compared with where there is none, so that the time of the answer tells nothing.
_NOBODY = _HASHER.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return offload(_HASHER.hash, password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; without one it takes as long and is not."""
    return offload(_verify, password_hash or _NOBODY, password) and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def new_password_faults(
    session: Session, account: Account, password: str, *, rules: AccountRules, code: str | None = None
) -> tuple[Fault, ...]:
    """What is wrong with a password for this account (PL-08); `code` is the one with which it is set."""
    person = session.get_one(Person, account.person_id)
    forbidden = (account.login_name, person.id_document_no, person.mobile, code)
    return password_faults(password, rules=rules.password, forbidden=forbidden)


def set_password(session: Session, account: Account, password_hash: str, *, action: str) -> None:
    """Give the account its password: codes die, all sessions end, its owner is told (PL-07)."""
    account.password_hash = password_hash
    account.version += 1
    drop_activation(session, account.id)
    end_sessions(session, account.id)
    outbox.publish(session, PasswordChanged(account_id=account.id), aggregate_id=account.id, number=account.version)
    audit.record(session, action, "account", account.id)


def change_password(
    database: Database, *, actor: Actor, request: PasswordChange, origin: Origin, rules: AccountRules
) -> None:
    """Change the own password. Refuses: WrongPassword, InvalidInput, TooManyAttempts, SessionRequired."""
    _confirm(database, actor, request.current_password.get_secret_value(), origin=origin, rules=rules)
    password = request.new_password.get_secret_value()
    with database.begin() as session:
        faults = new_password_faults(session, session.get_one(Account, actor.account_id), password, rules=rules)
    if faults:
        raise InvalidInput(faults=faults)
    password_hash = hash_password(password)
    with database.begin() as session:
        account = session.get_one(Account, actor.account_id, with_for_update=True)
        set_password(session, account, password_hash, action="password_changed")


def change_contact(
    database: Database, *, actor: Actor, request: OwnContact, origin: Origin, rules: AccountRules
) -> None:
    """Change where the own person is reached. Refuses: WrongPassword, InvalidInput, TooManyAttempts."""
    _confirm(database, actor, request.current_password.get_secret_value(), origin=origin, rules=rules)
    with database.begin() as session:
        person = session.get_one(Person, actor.person_id, with_for_update=True)
        contacts, faults = judge_contacts(person.real_name, mobile=request.mobile, email=request.email)
        if faults:
            raise InvalidInput(faults=faults)
        person.mobile, person.email, person.locale = contacts.mobile, contacts.email, request.locale
        live.announce(session, Topic.SESSION, actor.account_id)
        audit.record(session, "contact_changed", "account", actor.account_id)


def _confirm(database: Database, actor: Actor, password: str, *, origin: Origin, rules: AccountRules) -> None:
    """Make sure that the signed-in person knows the password: a session left open is no right to change it."""
    # Counted apart from sign-ins, which name the account as it was typed.
    trial = Trial(Guarded.PASSWORD, rules.sign_in, account=f"id:{actor.account_id}", network=origin.network)
    with database.begin() as session:
        refusal = refuse_locked(session, trial)
        account = session.get(Account, actor.account_id)
    if refusal:
        raise refusal
    if account is None:
        raise SessionRequired()
    is_right = is_password(account.password_hash if account.is_enabled else None, password)
    with database.begin() as session:
        refusal = refuse_locked(session, trial, judging=True)
        if is_right and refusal is None:
            forget(session, trial)
        elif refusal is None:
            count(session, trial)
            audit.record(session, "password_refused", "account", actor.account_id, address=origin.address)
    if refusal or not is_right:
        raise refusal or WrongPassword()
