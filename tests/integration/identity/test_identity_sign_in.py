"""Signing in, activation, recovery and sessions on a real database."""

from __future__ import annotations

import base64
import io
import threading
import time
import uuid
import wave
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chassis import clock, context
from chassis.tables import AuditEntry, CommandRow, OutboxRow
from contracts.base import Role
from contracts.errors import DomainError, InvalidInput, NotFound, SessionRequired
from contracts.identity import (
    AccountAct,
    AccountDisabled,
    ActivationRequired,
    CaptchaAnswer,
    CaptchaRefused,
    CodeRefused,
    Login,
    LoginKind,
    OwnContact,
    PasswordChange,
    RecoveryCompletion,
    RecoveryRequest,
    SignIn,
    SignInFailed,
    TooManyAttempts,
    WrongPassword,
)
from services.identity.operations import captchas
from services.identity.rules.profile import CaptchaRules
from services.identity.tables import ActivationRow, CaptchaRow, RecoveryRow, SessionRow
from tests.factories.identity import identity_number, person
from tests.integration.identity.conftest import ADDRESS_ATTEMPTS, PASSWORD, Identity, Tree, login_of


@pytest.mark.req("HB-05", "HB-06")
def test_staff_sign_in_by_login_name_and_applicants_by_identity_number(identity: Identity, tree: Tree) -> None:
    """Each kind of account has its own way in, with password and captcha."""
    number = identity_number()
    handed_over = identity.applicant(tree.university.actor, tree.university.organization_id, id_document_no=number)
    applicant = identity.enter(handed_over, number)
    assert applicant.actor.has(Role.APPLICANT, tree.university.organization_id)
    assert tree.university.actor.has(Role.ORG_ADMIN, tree.university.organization_id)
    with pytest.raises(SignInFailed):
        identity.sign_in(Login(kind=LoginKind.UNIT, identifier=number))


@pytest.mark.req("HB-19", "PL-09")
def test_an_activation_code_opens_nothing_but_the_setting_of_a_password(identity: Identity, tree: Tree) -> None:
    """Whoever signs in with the handed-over code is sent to set a password, and the code is good once."""
    number = identity_number()
    handed_over = identity.applicant(tree.university.actor, tree.university.organization_id, id_document_no=number)
    login = login_of(handed_over, number)
    with pytest.raises(ActivationRequired):
        identity.sign_in(login, password=handed_over.activation_code or "")
    with pytest.raises(InvalidInput) as refused:
        identity.activate(login, handed_over.activation_code, password=handed_over.activation_code or "")
    assert refused.value.faults[0].code == "identity.password_like_account"
    identity.activate(login, (handed_over.activation_code or "").lower().replace("-", " "))
    identity.signed(login)
    with pytest.raises(CodeRefused):
        identity.activate(login, handed_over.activation_code, password="Another-Secret-8")


def test_an_activation_code_dies_after_few_wrong_entries_and_after_its_time(identity: Identity, tree: Tree) -> None:
    """Guessing a code kills it; so does waiting (W1)."""
    number = identity_number()
    handed_over = identity.applicant(tree.university.actor, tree.university.organization_id, id_document_no=number)
    login = login_of(handed_over, number)
    with clock.standing_at(clock.now() + timedelta(days=15)), pytest.raises(CodeRefused):
        identity.activate(login, handed_over.activation_code)
    for _ in range(4):
        with pytest.raises(CodeRefused):
            identity.activate(login, "AAAA-AAAA-AAAA")
    with pytest.raises(TooManyAttempts):
        identity.activate(login, handed_over.activation_code)
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        with pytest.raises(CodeRefused):
            identity.activate(login, "AAAA-AAAA-AAAA")
        with pytest.raises(CodeRefused):
            identity.activate(login, handed_over.activation_code)


@pytest.mark.req("PL-08")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kurz", "identity.password_short"),
        ("{number}", "identity.password_like_account"),
        ("88888888", "identity.password_well_known"),
        ("aaaaaaaaaaaa", "identity.password_well_known"),
    ],
)
def test_poor_passwords_are_refused(identity: Identity, tree: Tree, password: str, code: str) -> None:
    """Short, well-known and account-like passwords are refused, and the code stays good."""
    number = identity_number()
    handed_over = identity.applicant(tree.university.actor, tree.university.organization_id, id_document_no=number)
    with pytest.raises(InvalidInput) as refused:
        identity.activate(
            login_of(handed_over, number), handed_over.activation_code, password=password.format(number=number.lower())
        )
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/new_password", code)]
    identity.enter(handed_over, number)


@pytest.mark.req("HB-05")
def test_a_captcha_is_good_for_one_answer_and_a_few_minutes(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """A wrong, used or old captcha lets nobody try a password."""
    login = tree.university.admin.login
    used = identity.captcha()
    identity.sign_in(login, captcha=used)
    with pytest.raises(CaptchaRefused):
        identity.sign_in(login, captcha=used)
    asked = identity.captcha()
    with pytest.raises(CaptchaRefused):
        identity.sign_in(login, captcha=CaptchaAnswer(captcha_id=asked.captcha_id, text="WRNG"))
    with pytest.raises(CaptchaRefused):
        identity.sign_in(login, captcha=asked)
    old = identity.captcha()
    with clock.standing_at(clock.now() + timedelta(minutes=4)), pytest.raises(CaptchaRefused):
        identity.sign_in(login, captcha=old)
    challenge = identity.service.captcha()
    assert challenge.image_png.startswith("iVBOR")
    assert challenge.captcha_id in {row.id for row in rows(CaptchaRow)}


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_captcha_may_be_heard(identity: Identity, tree: Tree, monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """Who does not see the picture asks for digits spoken in the own language, and signs in with them."""
    told: list[str] = []
    monkeypatch.setattr(captchas, "_show", lambda page, captcha_id, text: told.append(text))
    with context.use(replace(context.current(), locale=locale)):
        challenge = captchas.make_captcha(
            identity.database, rules=CaptchaRules(length=4, minutes=3), shown_at="somewhere", spoken=True
        )
    with wave.open(io.BytesIO(base64.b64decode(challenge.sound_wav or ""))) as sound:
        assert sound.getnframes() / sound.getframerate() > 4
    assert (challenge.image_png, told[0].isdecimal()) == ("", True)
    identity.sign_in(tree.university.admin.login, captcha=CaptchaAnswer(captcha_id=challenge.captcha_id, text=told[0]))


def test_unknown_accounts_and_wrong_passwords_have_one_answer_after_the_same_time(
    identity: Identity, tree: Tree
) -> None:
    """Neither words nor time tell whether an account exists."""
    known, unknown = tree.university.admin.login, Login(kind=LoginKind.UNIT, identifier="nobody-here")

    def seconds(login: Login) -> float:
        captcha = identity.captcha()
        started = time.perf_counter()
        with pytest.raises(SignInFailed) as refused:
            identity.sign_in(login, password="Wrong-Secret-1", captcha=captcha)
        assert (refused.value.params, refused.value.faults) == ({}, ())
        return time.perf_counter() - started

    pairs = [(seconds(known), seconds(unknown)) for _ in range(4)]
    fastest_known, fastest_unknown = min(a for a, _ in pairs), min(b for _, b in pairs)
    assert 0.4 < fastest_unknown / fastest_known < 2.5


def test_an_account_locks_after_failures_whether_it_exists_or_not_and_opens_by_time(
    identity: Identity, tree: Tree
) -> None:
    """Five failures lock for a quarter of an hour, also for the right password; then it opens by itself (W17)."""
    for login in (tree.university.admin.login, Login(kind=LoginKind.UNIT, identifier="nobody-here")):
        for _ in range(5):
            with pytest.raises(SignInFailed):
                identity.sign_in(login, password="Wrong-Secret-1")
        with pytest.raises(TooManyAttempts) as locked:
            identity.sign_in(login)
        assert "until" in locked.value.params
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        identity.sign_in(tree.university.admin.login)


def test_many_guesses_at_once_count_as_many_in_turn(identity: Identity, tree: Tree) -> None:
    """Of parallel guesses at one account five are judged; parallel sign-ins of its owner all succeed."""
    login = tree.university.admin.login
    running = context.current()

    def at_once(password: str, attempts: int) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        barrier = threading.Barrier(attempts)

        def guess() -> None:
            with context.use(running):
                captcha = identity.captcha()
                barrier.wait()
                try:
                    identity.sign_in(login, password=password, captcha=captcha)
                    outcomes["SignedIn"] += 1
                except DomainError as refusal:
                    outcomes[type(refusal).__name__] += 1

        threads = [threading.Thread(target=guess) for _ in range(attempts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    assert at_once(PASSWORD, 7) == {"SignedIn": 7}
    assert at_once("Wrong-Secret-1", 8) == {"SignInFailed": 5, "TooManyAttempts": 3}


def test_an_address_locks_by_itself(identity: Identity, tree: Tree) -> None:
    """Guessing across many accounts from one address is stopped; success gives nothing back beyond itself."""
    login = tree.university.admin.login
    for index in range(ADDRESS_ATTEMPTS):
        with pytest.raises(SignInFailed):
            identity.service.sign_in(
                request=SignIn(
                    kind=LoginKind.UNIT, identifier=f"nobody{index}", password="x", captcha=identity.captcha()
                ),
                origin=identity.origin,
            )
    with pytest.raises(TooManyAttempts):
        identity.sign_in(login)
    identity.address = "198.51.100.7"
    identity.sign_in(login)


@pytest.mark.req("PL-07")
def test_sessions_end_on_sign_out_idle_time_absolute_time_password_change_and_disabling(
    identity: Identity, tree: Tree
) -> None:
    """A session's token is worth nothing any more after each of its ends."""
    service, office = identity.service, tree.university.admin

    def is_open(token: str) -> bool:
        try:
            service.resolve_session(token=token)
        except SessionRequired:
            return False
        return True

    handed_over = identity.staff(office.actor, tree.university.organization_id)
    first, second = identity.enter(handed_over), identity.signed(login_of(handed_over))
    with context.changed(actor=first.actor):
        assert {view.session_id for view in service.sessions()} == {first.session_id, second.session_id}
        service.sign_out()
    assert (is_open(first.token), is_open(second.token)) == (False, True)
    with clock.standing_at(clock.now() + timedelta(minutes=31)):
        assert not is_open(second.token)
    start = clock.now()
    for minutes in range(20, 12 * 60, 20):
        with clock.standing_at(start + timedelta(minutes=minutes)):
            assert is_open(second.token)
    with clock.standing_at(start + timedelta(hours=12, minutes=1)):
        assert not is_open(second.token)
    third = identity.signed(login_of(handed_over))
    with context.changed(actor=third.actor):
        request = PasswordChange(current_password=PASSWORD, new_password="Neuer-Morgen-8")
        service.change_password(request=request, origin=identity.origin)
    assert not is_open(third.token)
    fourth = identity.sign_in(login_of(handed_over), password="Neuer-Morgen-8")
    with context.changed(actor=office.actor):
        service.disable_account(command=AccountAct(command_id=uuid.uuid4(), account_id=handed_over.account_id))
    assert not is_open(fourth.token)
    with pytest.raises(AccountDisabled):
        identity.sign_in(login_of(handed_over), password="Neuer-Morgen-8")
    with context.changed(actor=office.actor):
        service.enable_account(command=AccountAct(command_id=uuid.uuid4(), account_id=handed_over.account_id))
    assert is_open(identity.sign_in(login_of(handed_over), password="Neuer-Morgen-8").token)


def test_nobody_ends_the_session_of_another(identity: Identity, tree: Tree) -> None:
    """A foreign session is not there."""
    session_id = tree.office.admin.session_id
    with context.changed(actor=tree.university.actor), pytest.raises(NotFound):
        identity.service.end_session(session_id=session_id)


def test_the_last_sign_in_is_shown(identity: Identity, tree: Tree) -> None:
    """After signing in one sees when and whence one signed in before."""
    before = tree.university.admin
    again = identity.signed(before.login)
    with context.changed(actor=again.actor):
        view = identity.service.whoami()
    assert view.previous_sign_in_at is not None
    assert view.previous_sign_in_at < view.signed_in_at
    assert view.previous_address == identity.address
    assert view.roles[0].organization_id == tree.university.organization_id
    assert view.roles[0].organization_name


def test_changing_the_password_or_contact_takes_the_present_password(identity: Identity, tree: Tree) -> None:
    """A session left open is no right to take an account over."""
    admin = tree.university.admin
    with context.changed(actor=admin.actor):
        with pytest.raises(WrongPassword):
            identity.service.change_password(
                request=PasswordChange(current_password="Wrong-Secret-1", new_password="Neuer-Morgen-8"),
                origin=identity.origin,
            )
        with pytest.raises(WrongPassword):
            identity.service.change_contact(
                request=OwnContact(current_password="Wrong-Secret-1", mobile="15400000001"), origin=identity.origin
            )
        with pytest.raises(InvalidInput) as refused:
            identity.service.change_contact(
                request=OwnContact(current_password=PASSWORD, mobile="123", email="x"), origin=identity.origin
            )
        assert {fault.pointer for fault in refused.value.faults} == {"/mobile", "/email"}
        view = identity.service.change_contact(
            request=OwnContact(current_password=PASSWORD, mobile="+86 154 0000 0001", email="a@hb.example"),
            origin=identity.origin,
        )
    assert (view.mobile, view.email) == ("154****0001", "a@hb.example")


@pytest.mark.req("HB-07")
def test_a_forgotten_password_is_replaced_by_a_code(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """The code sets a new password once; until then the old one is valid; notify learns the code while it is valid."""
    service = identity.service
    number = identity_number()
    handed_over = identity.applicant(tree.university.actor, tree.university.organization_id, id_document_no=number)
    signed = identity.enter(handed_over, number)
    started = service.request_recovery(
        request=RecoveryRequest(kind=LoginKind.PERSON, identifier=number, captcha=identity.captcha()),
        origin=identity.origin,
    )
    assert any(row.topic == "identity.RecoveryCodeRequested" for row in rows(OutboxRow))
    message = service.recovery_message(recovery_id=started.recovery_id)
    assert message.account_id == handed_over.account_id
    assert message.code is not None
    assert message.code not in str([row.payload for row in rows(OutboxRow)])
    identity.signed(signed.login)
    wrong = "000000" if message.code != "000000" else "000001"

    def complete(code: str) -> None:
        service.complete_recovery(
            request=RecoveryCompletion(recovery_id=started.recovery_id, code=code, new_password="Neuer-Morgen-8"),
            origin=identity.origin,
        )

    with pytest.raises(CodeRefused):
        complete(wrong)
    complete(message.code)
    with pytest.raises(CodeRefused):
        complete(message.code)
    with pytest.raises(SessionRequired):
        service.resolve_session(token=signed.token)
    identity.sign_in(signed.login, password="Neuer-Morgen-8")
    assert service.recovery_message(recovery_id=started.recovery_id).code is None


def test_recovery_does_not_tell_whether_an_account_exists(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """An unknown account gets the same answer, the same refusals and no message; codes die after few wrong entries."""
    service = identity.service

    def ask(identifier: str) -> uuid.UUID:
        started = service.request_recovery(
            request=RecoveryRequest(kind=LoginKind.UNIT, identifier=identifier, captcha=identity.captcha()),
            origin=identity.origin,
        )
        assert started.minutes == 10
        return started.recovery_id

    login = login_of(identity.staff(tree.university.actor, tree.university.organization_id))
    unknown = ask("nobody-here")
    not_activated = ask(login.identifier)
    for recovery_id in (unknown, not_activated, uuid.uuid4()):
        with pytest.raises(CodeRefused):
            service.complete_recovery(
                request=RecoveryCompletion(recovery_id=recovery_id, code="123456", new_password="Neuer-Morgen-8"),
                origin=identity.origin,
            )
    assert not [row for row in rows(OutboxRow) if row.topic == "identity.RecoveryCodeRequested"]
    with pytest.raises(NotFound):
        service.recovery_message(recovery_id=unknown)


def test_recovery_codes_are_few_and_die_by_guessing(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """Three codes an hour are sent for one account; five wrong entries kill a code, silently."""
    service = identity.service
    number = identity_number()
    identity.enter(
        identity.applicant(tree.university.actor, tree.university.organization_id, id_document_no=number), number
    )
    ids = [
        service.request_recovery(
            request=RecoveryRequest(kind=LoginKind.PERSON, identifier=number, captcha=identity.captcha()),
            origin=identity.origin,
        ).recovery_id
        for _ in range(4)
    ]
    assert len([row for row in rows(OutboxRow) if row.topic == "identity.RecoveryCodeRequested"]) == 3
    code = service.recovery_message(recovery_id=ids[0]).code or ""
    for _ in range(5):
        with pytest.raises(CodeRefused):
            service.complete_recovery(
                request=RecoveryCompletion(recovery_id=ids[0], code="not-it", new_password="Neuer-Morgen-8"),
                origin=identity.origin,
            )
    with pytest.raises(CodeRefused):
        service.complete_recovery(
            request=RecoveryCompletion(recovery_id=ids[0], code=code, new_password="Neuer-Morgen-8"),
            origin=identity.origin,
        )


@pytest.mark.req("PL-14")
def test_security_acts_are_in_the_audit_log_and_secrets_nowhere(
    identity: Identity, tree: Tree, rows: Callable[[Any], list[Any]]
) -> None:
    """Sign-ins, failures, password and role changes leave audit rows; passwords, codes and tokens stand in no table."""
    number = identity_number()
    data = person(id_document_no=number)
    admin = tree.university.admin
    handed_over = identity.applicant(admin.actor, tree.university.organization_id, **data)
    signed = identity.enter(handed_over, number)
    with pytest.raises(SignInFailed):
        identity.sign_in(signed.login, password="Wrong-Secret-1")
    audit_rows = rows(AuditEntry)
    actions = {row.action for row in audit_rows}
    assert {"account_opened", "account_activated", "signed_in", "sign_in_failed", "role_granted"} <= actions
    everything = " ".join(
        str({column.name: getattr(row, column.key) for column in table.__table__.columns})
        for table in (AuditEntry, CommandRow, OutboxRow, SessionRow, ActivationRow, RecoveryRow)
        for row in rows(table)
    )
    code = (handed_over.activation_code or "").replace("-", "")
    for secret in (PASSWORD, "Wrong-Secret-1", handed_over.activation_code, code, signed.token, number, data["mobile"]):
        assert secret not in everything


@pytest.mark.req("HB-18", "HB-21", "PL-09")
def test_no_account_begins_with_888888(identity: Identity, tree: Tree) -> None:
    """In place of the manual's 888888 (W1) staff and applicants get a code of their own, good only to set a password;
    888888 opens neither account, and nobody may take it as the password."""
    admin, place = tree.university.actor, tree.university.organization_id
    who = person()
    handed = (
        (identity.staff(admin, place), None),
        (identity.applicant(admin, place, **who), who["id_document_no"]),
    )
    codes = {account.activation_code for account, _ in handed}
    assert len(codes) == 2
    for account, number in handed:
        login = login_of(account, number)
        with pytest.raises(SignInFailed):
            identity.sign_in(login, "888888")
        with pytest.raises(ActivationRequired):
            identity.sign_in(login, str(account.activation_code))
        for short in ("888888", "88888888"):
            with pytest.raises(InvalidInput):
                identity.activate(login, account.activation_code, short)
        identity.activate(login, account.activation_code)
        identity.sign_in(login)
