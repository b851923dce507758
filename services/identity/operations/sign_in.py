"""Signing in, setting the first password, and sessions (HB-04 to HB-06, HB-19, PL-07, PL-09).

What must be remembered although it was refused (a spent attempt, a used captcha) is committed before the refusal is
raised; passwords are hashed between transactions, never inside one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis import audit, clock, crypto, live
from chassis.database import Database
from chassis.tokens import Signer
from contracts.base import Actor, Role
from contracts.errors import DomainError, InvalidInput, NotFound, SessionRequired
from contracts.identifiers import normalize_number
from contracts.identity import (
    AccountDisabled,
    Activation,
    ActivationRequired,
    CodeRefused,
    Login,
    LoginKind,
    OpenSession,
    Origin,
    ResolvedSession,
    SignedIn,
    SignIn,
    SignInFailed,
    TooManyAttempts,
)
from contracts.live import Topic
from services.identity import acting
from services.identity.operations.accounts import code_hash, own_profile
from services.identity.operations.attempts import Guarded, Trial, count, forget, refuse_locked
from services.identity.operations.captchas import check_captcha
from services.identity.operations.passwords import hash_password, is_password, new_password_faults, set_password
from services.identity.rules.profile import AccountRules
from services.identity.tables import Account, AccountRole, ActivationRow, Person, SessionRow

# How often a session's last sight is written down; idle time is exact to this.
SEEN_EVERY = timedelta(seconds=60)


def find_account(session: Session, login: Login, rules: AccountRules) -> Account | None:
    """The account that the login names, None where there is none or more than one."""
    ways = rules.login.get(login.kind, ())
    found = None
    if "id_document_no" in ways:
        hashed = crypto.keyring().keyed_hash(normalize_number(login.identifier))
        found = _by_document(session, hashed, login)
    if found is None and "login_name" in ways:
        found = session.scalar(select(Account).where(Account.login_name == login.identifier.strip().lower()))
    if found is not None and login.committee_code is not None:
        known = "committee_code" in ways and _committee(session, found, login.committee_code) is not None
        return found if known else None
    return found


def _by_document(session: Session, hashed: bytes, login: Login) -> Account | None:
    statement: Select[Account] = (
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Person.id_document_hash == hashed, Account.login_name.is_(None))
        .limit(2)
    )
    if login.id_document_type is not None:
        statement = statement.where(Person.id_document_type == login.id_document_type.value)
    found = session.scalars(statement).all()
    return found[0] if len(found) == 1 else None


def _committee(session: Session, account: Account, code: str | None) -> UUID | None:
    """The committee that its pool manager chose by the code (W8)."""
    if code is None:
        return None
    return session.scalar(
        select(AccountRole.committee_id).where(
            AccountRole.account_id == account.id,
            AccountRole.role == Role.POOL_MANAGER,
            AccountRole.committee_code == code,
        )
    )


def login_subject(login: Login) -> str:
    """The login as counters name it, whether there is such an account or not."""
    normal = normalize_number(login.identifier) if login.kind is LoginKind.PERSON else login.identifier.strip().lower()
    return f"{login.kind}:{normal}"


def sign_in(database: Database, *, request: SignIn, origin: Origin, rules: AccountRules) -> SignedIn:
    """Open a session.

    Unknown account, wrong password and wrong code have one answer, after the same work.
    Refuses: CaptchaRefused, TooManyAttempts, SignInFailed, ActivationRequired, AccountDisabled.
    """
    password = request.password.get_secret_value()
    trial = Trial(Guarded.PASSWORD, rules.sign_in, account=login_subject(request), network=origin.network)
    with database.begin() as session:
        account = find_account(session, request, rules)
        refusal: DomainError | None = check_captcha(session, request.captcha)
        refusal = refusal or refuse_locked(session, trial)
    if refusal:
        raise refusal
    is_right = is_password(account.password_hash if account else None, password)
    with database.begin() as session:
        outcome = refuse_locked(session, trial, judging=True) or _conclude(
            session, request, origin, account, is_right, rules
        )
        if isinstance(outcome, SignInFailed):
            count(session, trial)
        elif not isinstance(outcome, TooManyAttempts):
            forget(session, trial)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def _conclude(
    session: Session,
    request: SignIn,
    origin: Origin,
    seen: Account | None,
    is_right: bool,
    rules: AccountRules,
) -> SignedIn | DomainError:
    """Decide with the account as it is now: it may have been disabled or reset while the password was compared."""
    account = session.get(Account, seen.id, with_for_update=True) if seen else None
    if account is None or seen is None:
        audit.record(session, "sign_in_failed", "account", None, address=origin.address)
        return SignInFailed()
    if account.password_hash is None:
        if _opens(session, account.id, request.password.get_secret_value(), rules):
            return ActivationRequired()
        is_right = False
    if not is_right or account.password_hash != seen.password_hash:
        audit.record(session, "sign_in_failed", "account", account.id, address=origin.address)
        return SignInFailed()
    committee_id = _committee(session, account, request.committee_code)
    roles = acting.acting_roles(session, account, committee_id=committee_id)
    if not account.is_enabled or not roles:
        audit.record(session, "sign_in_refused", "account", account.id, address=origin.address)
        return AccountDisabled()
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = SessionRow(
        profile=own_profile(),
        account_id=account.id,
        token_hash=token_hash(token),
        committee_id=committee_id,
        address=origin.address,
        user_agent=origin.user_agent,
        idle_minutes=rules.session.idle_minutes,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=rules.session.hours),
    )
    session.add(row)
    session.flush()
    audit.record(session, "signed_in", "account", account.id, session_id=row.id, address=origin.address)
    opened = acting.signed_in_as(session, SessionRow.id == row.id)
    assert opened is not None
    return SignedIn(
        token=token,
        session_id=row.id,
        expires_at=row.expires_at,
        account=acting.account_view(opened, roles),
    )


def token_hash(token: str) -> bytes:
    """The hash under which a session is kept; a token of 256 random bits needs no key."""
    return hashlib.sha256(token.encode()).digest()


def _opens(session: Session, account_id: UUID, code: str, rules: AccountRules) -> bool:
    """Whether the activation code is right and alive; a wrong one is counted, and too many kill it."""
    row = session.get(ActivationRow, account_id, with_for_update=True)
    if row is None or row.expires_at <= clock.now() or row.failures >= rules.activation.attempts:
        return False
    if secrets.compare_digest(bytes(row.code_hash), code_hash(account_id, code)):
        return True
    row.failures += 1
    return False


def activate(database: Database, *, request: Activation, origin: Origin, rules: AccountRules) -> None:
    """Set a password with an activation code; the code is used up only when it worked.

    Refuses: TooManyAttempts, CodeRefused, InvalidInput.
    """
    trial = Trial(Guarded.CODE, rules.sign_in, account=login_subject(request), network=origin.network)
    code = request.activation_code.get_secret_value()
    password = request.new_password.get_secret_value()
    with database.begin() as session:
        refusal: DomainError | None = refuse_locked(session, trial, judging=True)
        account = None if refusal else find_account(session, request, rules)
        if refusal is None and (account is None or not _opens(session, account.id, code, rules)):
            audit.record(
                session, "activation_failed", "account", account.id if account else None, address=origin.address
            )
            count(session, trial)
            refusal = CodeRefused()
        if refusal is None and account is not None:
            faults = new_password_faults(session, account, password, rules=rules, code=code)
            refusal = InvalidInput(faults=faults) if faults else None
            forget(session, trial)
    if refusal or account is None:
        raise refusal or CodeRefused()
    password_hash = hash_password(password)
    with database.begin() as session:
        account = session.get_one(Account, account.id, with_for_update=True)
        if not _opens(session, account.id, code, rules):
            raise CodeRefused()
        set_password(session, account, password_hash, action="account_activated")


def resolve_session(session: Session, *, token: str, signer: Signer) -> ResolvedSession:
    """Who is signed in by the token at this moment. Refuses: SessionRequired."""
    now = clock.now()
    found = acting.signed_in_as(session, SessionRow.token_hash == token_hash(token))
    if found is None:
        raise SessionRequired()
    row, account = found.row, found.account
    idle_until = row.last_seen_at + timedelta(minutes=row.idle_minutes)
    if row.ended_at is not None or min(row.expires_at, idle_until) <= now or not account.is_enabled:
        raise SessionRequired()
    roles = acting.acting_roles(session, account, committee_id=row.committee_id)
    if not roles:
        raise SessionRequired()
    if now - row.last_seen_at >= SEEN_EVERY:
        row.last_seen_at = now
    return ResolvedSession(
        actor_token=signer.actor_token(acting.actor_of(account, row, roles)),
        session_id=row.id,
        account=acting.account_view(found, roles),
    )


def watch_sessions(session: Session, session_ids: Collection[UUID], *, roles: bool) -> tuple[OpenSession, ...]:
    """Which of these sessions are open, and when they end if nothing is done; looking is no activity (PL-07)."""
    idle_until = SessionRow.last_seen_at + func.make_interval(0, 0, 0, 0, 0, SessionRow.idle_minutes)
    ends_at = func.least(SessionRow.expires_at, idle_until)
    found = session.execute(
        select(SessionRow, Account, ends_at)
        .join(Account, Account.id == SessionRow.account_id)
        .where(
            SessionRow.id.in_(session_ids),
            SessionRow.ended_at.is_(None),
            Account.is_enabled,
            ends_at > clock.now(),
        )
    ).all()
    watched = []
    for row, account, end in found:
        held = acting.acting_roles(session, account, committee_id=row.committee_id) if roles else None
        if held != ():
            grants = None if held is None else acting.actor_of(account, row, held).roles
            watched.append(OpenSession(session_id=row.id, ends_at=end, roles=grants))
    return tuple(watched)


def end_session(session: Session, *, actor: Actor, session_id: UUID) -> None:
    """End one of the own sessions; harmless when it has ended. Refuses: NotFound."""
    row = session.get(SessionRow, session_id, with_for_update=True)
    if row is None or row.account_id != actor.account_id:
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = clock.now()
        live.announce(session, Topic.SESSION, actor.account_id)
        audit.record(session, "signed_out", "account", actor.account_id, session_id=session_id)
