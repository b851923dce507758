"""What happens in one transaction: isolation, commands, inbox, outbox, audit chain and jobs, on a real PostgreSQL."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis import audit, clock, commands, context, inbox, jobs, outbox, retention
from chassis.database import ALL_PROFILES, Database, DatabaseAway
from chassis.tables import AuditEntry, CommandRow, InboxRow, JobRow, OutboxRow
from contracts.base import Command, Envelope, Message, SecretAnswer
from contracts.errors import CommandReused, DeadlinePassed, WrongState
from contracts.events import PasswordChanged


class Rename(Command):
    name: str


class Renamed(Message):
    name: str
    times: int


class Issued(SecretAnswer):
    secret: str | None

    def without_secrets(self) -> Issued:
        return Issued(secret=None)


RAN: list[str] = []


def rename(session: Session, *, command: Rename) -> Renamed:
    RAN.append(command.name)
    audit.record(session, "renamed", "thing", None)
    outbox.publish(session, PasswordChanged(account_id=uuid.uuid4()), aggregate_id=uuid.uuid4(), number=1)
    return Renamed(name=command.name, times=len(RAN))


def issue(session: Session, *, command: Rename) -> Issued:
    return Issued(secret="s3cret")


def refuse(session: Session, *, command: Rename) -> Renamed:
    raise WrongState()


@pytest.fixture
def database(database_of: Callable[..., Database]) -> Database:
    return database_of("notify", own_tables=False)


@pytest.fixture(autouse=True)
def profile() -> Iterator[None]:
    with context.changed(profile="hebei"):
        RAN.clear()
        yield


def envelope(*, aggregate: uuid.UUID, number: int) -> Envelope:
    return Envelope(
        event_id=uuid.uuid4(),
        topic="t",
        profile="hebei",
        aggregate_id=aggregate,
        number=number,
        occurred_at=clock.now(),
        account_id=None,
        trace_id="t",
        payload={},
    )


@pytest.mark.req("PL-02")
def test_rows_of_another_profile_are_not_seen(database: Database) -> None:
    """A forgotten filter shows nothing of another profile, and nothing can be written into it."""
    with database.begin("hebei") as session:
        audit.record(session, "seen", "thing", None)
    with database.begin("liaoning") as session:
        assert session.scalars(select(AuditEntry)).all() == []
    with pytest.raises(DBAPIError), database.begin("liaoning") as session:
        audit.record(session, "smuggled", "thing", None, profile="hebei")
        session.flush()


@pytest.mark.req("PL-11")
def test_a_repeated_command_gets_the_first_answer(database: Database) -> None:
    """The same command id with the same content is carried out once and answered alike."""
    command = Rename(command_id=uuid.uuid4(), name="甲")
    answers = []
    for _ in range(3):
        with database.begin() as session:
            answers.append(commands.carry_out(session, command, rename, command=command))
    assert answers == [Renamed(name="甲", times=1)] * 3
    assert RAN == ["甲"]


def test_a_command_id_with_other_content_is_refused(database: Database) -> None:
    """A command id stands for one content by one person."""
    command_id = uuid.uuid4()
    first = Rename(command_id=command_id, name="甲")
    with database.begin() as session:
        commands.carry_out(session, first, rename, command=first)
    other = Rename(command_id=command_id, name="乙")
    with pytest.raises(CommandReused), database.begin() as session:
        commands.carry_out(session, other, rename, command=other)


def test_a_refused_command_may_be_tried_again(database: Database) -> None:
    """A refusal leaves no trace: the same id can succeed later."""
    command = Rename(command_id=uuid.uuid4(), name="丙")
    with pytest.raises(WrongState), database.begin() as session:
        commands.carry_out(session, command, refuse, command=command)
    with database.begin() as session:
        assert commands.carry_out(session, command, rename, command=command).name == "丙"


def test_a_repeat_at_the_same_time_waits_for_the_first(database: Database) -> None:
    """Two deliveries of one command at once run it once, and both get the answer."""
    command = Rename(command_id=uuid.uuid4(), name="丁")
    answers: list[Renamed] = []
    start = threading.Barrier(4)

    def run() -> None:
        with context.use(context.CallContext(profile="hebei")):
            start.wait()
            with database.begin() as session:
                answers.append(commands.carry_out(session, command, rename, command=command))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert RAN == ["丁"]


def test_a_secret_is_shown_once_and_never_stored(database: Database) -> None:
    """The repeat of a command that shows a secret answers without it, and no table holds it."""
    command = Rename(command_id=uuid.uuid4(), name="戊")
    with database.begin() as session:
        assert commands.carry_out(session, command, issue, command=command).secret == "s3cret"
    with database.begin() as session:
        assert commands.carry_out(session, command, issue, command=command).secret is None
        assert "s3cret" not in str(session.execute(text("SELECT * FROM command")).all())


@pytest.mark.req("PL-31")
def test_an_event_takes_effect_once_and_only_when_newer(database: Database) -> None:
    """Duplicates and overtaken numbers are left; each aggregate has its own order."""
    aggregate = uuid.uuid4()
    second, first = envelope(aggregate=aggregate, number=2), envelope(aggregate=aggregate, number=1)
    with database.begin() as session:
        inbox.once(session, second, consumer="review")
    for stale in (second, first):
        with pytest.raises(inbox.AlreadyHandled), database.begin() as session:
            inbox.once(session, stale, consumer="review")
    with database.begin() as session:
        inbox.once(session, first, consumer="documents")
        inbox.once(session, envelope(aggregate=uuid.uuid4(), number=1), consumer="review")


def test_starts_without_an_end_are_counted(database: Database) -> None:
    """A redelivered event's starts add up until it has been handled."""
    event = envelope(aggregate=uuid.uuid4(), number=1)
    for expected in (1, 2, 3):
        with database.begin() as session:
            assert inbox.count_start(session, event, consumer="review") == expected
    with database.begin() as session:
        inbox.once(session, event, consumer="review")
        assert inbox.is_handled(session, event, consumer="review")


def test_a_rolled_back_operation_publishes_nothing(database: Database) -> None:
    """The outbox row, the audit row and the change live and die together."""
    with database.begin(ALL_PROFILES) as session:
        before = len(session.scalars(select(OutboxRow)).all())
    command = Rename(command_id=uuid.uuid4(), name="己")
    with pytest.raises(RuntimeError), database.begin() as session:
        commands.carry_out(session, command, rename, command=command)
        raise RuntimeError
    with database.begin(ALL_PROFILES) as session:
        assert len(session.scalars(select(OutboxRow)).all()) == before


@pytest.mark.req("PL-14")
def test_the_audit_chain_shows_every_tampering(database: Database) -> None:
    """Rows can neither be changed nor deleted by the service, and a change behind its back breaks the chain."""
    with database.begin(ALL_PROFILES) as session:
        for number in range(5):
            audit.record(session, "act", "thing", uuid.uuid4(), profile="hebei", number=number)
    with database.begin(ALL_PROFILES) as session:
        audit.seal(session)
    with database.begin(ALL_PROFILES) as session:
        assert audit.verify(session).fault is None
    with pytest.raises(DBAPIError), database.begin(ALL_PROFILES) as session:
        session.execute(text("UPDATE audit_entry SET action = 'other'"))
    with pytest.raises(DBAPIError), database.begin(ALL_PROFILES) as session:
        session.execute(text("DELETE FROM audit_entry"))
    with pytest.raises(RuntimeError, match="undo"), database.begin(ALL_PROFILES) as session:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER append_only"))
        session.execute(text("UPDATE audit_entry SET action = 'other' WHERE id = (SELECT max(id) FROM audit_entry)"))
        session.expire_all()
        assert "was changed" in (audit.verify(session).fault or "")
        raise RuntimeError("undo")


@pytest.mark.req("PL-14")
def test_a_walk_along_the_chain_goes_by_steps_and_says_where_it_broke(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk that somebody asked for takes a step at a time, is begun once, and ends whole or at the broken number."""
    monkeypatch.setattr(audit, "STEP", 2)
    asker = uuid.uuid4()
    with database.begin(ALL_PROFILES) as session:
        for _ in range(5):
            audit.record(session, "step", "thing", uuid.uuid4(), profile="hebei")
    with database.begin(ALL_PROFILES) as session:
        audit.seal(session)
        total = audit.top_number(session)

    def walk(session: Session) -> list[int]:
        first, second = audit.begin_check(session, asker), audit.begin_check(session)
        assert first.id == second.id
        seen = []
        while True:
            audit.check_on(session)
            session.expire_all()
            check = audit.newest_check(session)
            assert check is not None
            seen.append(check.walked)
            if check.ended_at is not None:
                return seen

    with database.begin(ALL_PROFILES) as session:
        assert walk(session) == [*range(2, total, 2), total]
        check = audit.newest_check(session)
        assert check is not None
        assert (check.fault, check.account_id) == (None, asker)
        audit.check_on(session)
        assert audit.newest_check(session) is check  # the next one is due in a day
    with pytest.raises(RuntimeError, match="undo"), database.begin(ALL_PROFILES) as session:
        session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER append_only"))
        changed = session.scalar(text("SELECT max(entry_id) FROM audit_seal"))
        session.execute(text("UPDATE audit_entry SET details = '{}', action = 'x' WHERE id = :id"), {"id": changed})
        walk(session)
        found = audit.describe_check(audit.newest_check(session))  # type: ignore[arg-type]
        assert (found.fault, found.fault_number, found.walked) == ("changed", total, total - 1)
        raise RuntimeError("undo")


def test_old_unsealed_rows_are_a_fault(database: Database) -> None:
    """A row that nobody sealed for a minute is shown by verify."""
    with clock.standing_at(clock.now() - timedelta(minutes=5)), database.begin("hebei") as session:
        audit.record(session, "old", "thing", None)
    with database.begin(ALL_PROFILES) as session:
        assert audit.verify(session).fault == "old rows are not sealed"
        audit.seal(session)
        session.flush()
        assert audit.verify(session).fault is None


def test_late_audit_rows_are_sealed_without_looking_at_all_rows_each_time(database: Database) -> None:
    """A turn of the sealer reads only what is newer than an hour, and once a day it finds whatever came too late."""
    sealer = audit.Sealer()

    def turn(moment: timedelta) -> int:
        with clock.standing_at(start + moment), database.begin(ALL_PROFILES) as session:
            return sealer.turn(session)

    def record() -> None:
        with database.begin("hebei") as session:
            audit.record(session, "act", "thing", None)

    start = clock.now()
    with database.begin("hebei") as late:
        audit.record(late, "late", "thing", None)
        late.flush()
        record()
        turn(timedelta(seconds=1))
        record()
        assert turn(timedelta(minutes=2)) == 1
        assert turn(timedelta(minutes=62)) == 0
    assert turn(timedelta(minutes=63)) == 0
    record()
    assert turn(timedelta(minutes=64)) == 1
    assert turn(timedelta(hours=25)) == 1


def test_a_transaction_costs_one_message_more_than_its_statements(database: Database) -> None:
    """BEGIN and the settings travel with the first statement; a transaction without statements sends nothing."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    with database.begin("hebei"):
        pass
    event.listen(database.engine, "before_cursor_execute", note)
    with database.begin("hebei"):
        pass
    assert sent == []
    with database.begin("hebei") as session:
        assert session.scalar(text("SELECT current_setting('app.profile')")) == "hebei"
        assert session.scalar(text("SELECT 2")) == 2
    first, *rest = sent
    assert first.startswith("BEGIN; SELECT set_config('app.profile', 'hebei', true)")
    assert rest == ["SELECT 2", "COMMIT"]
    with database.begin(ALL_PROFILES) as session:
        assert session.scalar(text("SELECT current_setting('app.profile')")) == "*"


def test_many_rows_and_parts_of_a_transaction_begin_it_too(database: Database) -> None:
    """A transaction whose first act sends many messages, or a savepoint, is one transaction of its profile as well."""
    many = [{"id": uuid.uuid4()} for _ in range(3)]
    with pytest.raises(RuntimeError), database.begin("hebei") as session:
        session.connection().execute(text("INSERT INTO inbox_progress VALUES ('c', :id, 1)"), many)
        assert session.scalar(text("SELECT current_setting('app.profile')")) == "hebei"
        raise RuntimeError
    with database.begin("hebei") as session:
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text("SELECT 1 / 0"))
        assert session.scalar(text("SELECT count(*) FROM inbox_progress WHERE consumer = 'c'")) == 0
        assert session.scalar(text("SELECT current_setting('app.profile')")) == "hebei"


def test_the_first_statement_ends_with_the_deadline_of_its_call(database: Database) -> None:
    """A call's deadline ends a statement that runs too long, the first of a transaction too."""
    deadline = clock.now() + timedelta(milliseconds=200)
    with context.changed(deadline=deadline), pytest.raises(DeadlinePassed), database.begin() as session:
        session.execute(text("SELECT pg_sleep(5)"))
    with database.begin() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_lost_connection_is_the_worlds_fault_and_is_replaced(database: Database) -> None:
    """When the server ends a connection, the transaction fails as a fault of the world and the next one works."""
    with pytest.raises(DatabaseAway), database.begin() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.begin() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_only_the_name_of_a_profile_opens_a_transaction(database: Database) -> None:
    """What is not the name of a profile never reaches the database."""
    with pytest.raises(ValueError, match="profile"), database.begin("hebei', true); --"):
        pass


def rows_of(database: Database, table: type[Any]) -> int:
    with database.begin(ALL_PROFILES) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def forget_after(database: Database, days: int) -> None:
    with clock.standing_at(clock.now() + timedelta(days=days)), database.begin(ALL_PROFILES) as session:
        while retention.forget(session):
            pass


def test_an_answer_to_a_command_is_kept_for_a_month(database: Database) -> None:
    """A command's row goes thirty days after it was carried out."""
    command = Rename(command_id=uuid.uuid4(), name="甲")
    with database.begin() as session:
        commands.carry_out(session, command, rename, command=command)
    forget_after(database, 29)
    assert rows_of(database, CommandRow) >= 1
    forget_after(database, 31)
    assert rows_of(database, CommandRow) == 0


def test_a_job_is_kept_for_a_month_after_its_end(database: Database) -> None:
    """A job's row goes thirty days after its end, one that waits stays."""
    with database.begin() as session:
        waiting = jobs.order(session, "patient", {}).id
        jobs.order(session, "ended", {})
    ended = jobs.take(database, ("ended",))
    assert ended is not None
    ended.end("done")
    forget_after(database, 29)
    with database.begin() as session:
        assert session.get(JobRow, ended.id) is not None
    forget_after(database, 31)
    with database.begin() as session:
        assert session.get(JobRow, ended.id) is None
        assert session.get(JobRow, waiting) is not None
        session.execute(delete(JobRow).where(JobRow.id == waiting))


def test_published_events_are_kept_for_a_month_and_known_for_longer(database: Database) -> None:
    """Published events go after thirty days, memories of them after forty-five, events not sent yet never."""
    with database.begin() as session:
        for _ in range(2):
            outbox.publish(session, PasswordChanged(account_id=uuid.uuid4()), aggregate_id=uuid.uuid4(), number=1)
        session.flush()
        sent, unsent = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(2))
        sent.published_at = clock.now()
        inbox.once(session, envelope(aggregate=uuid.uuid4(), number=1), consumer="kept")
    forget_after(database, 31)
    with database.begin() as session:
        assert session.get(OutboxRow, sent.id) is None
        assert session.get(OutboxRow, unsent.id) is not None
    assert rows_of(database, InboxRow) >= 1
    forget_after(database, 46)
    assert rows_of(database, InboxRow) == 0


def test_a_job_that_nobody_takes_is_seen(database: Database) -> None:
    """The age of the oldest job that could be done is measured, whether nobody took it or its worker died."""
    with database.begin() as session:
        session.execute(delete(JobRow))
        jobs.order(session, "stuck", {})
        session.flush()
        assert retention.look_at_jobs(session) < 60
    with clock.standing_at(clock.now() + timedelta(minutes=5)), database.begin() as session:
        assert 290 < retention.look_at_jobs(session) < 360
    assert jobs.take(database, ("stuck",)) is not None
    with database.begin() as session:
        assert retention.look_at_jobs(session) == 0
    with clock.standing_at(clock.now() + timedelta(minutes=5)), database.begin() as session:
        assert 260 < retention.look_at_jobs(session) < 330


def test_a_job_goes_on_in_another_worker_after_a_death(database: Database) -> None:
    """A lease that ran out gives the job to the next worker, and the dead one can no longer write."""
    with database.begin() as session:
        job_id = jobs.order(session, "count", {"to": 3}, total=3).id
    dead = jobs.take(database, ("count",))
    assert dead is not None
    assert jobs.take(database, ("count",)) is None
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        heir = jobs.take(database, ("count",))
        assert heir is not None
        assert (heir.id, heir.attempt) == (job_id, 2)
        with pytest.raises(jobs.JobLost):
            dead.progress(1)
        heir.progress(3)
        heir.end("done", result={"sum": 6})
    with database.begin() as session:
        row = session.get_one(JobRow, job_id)
        assert (row.state, row.done, row.result) == ("done", 3, {"sum": 6})


def test_a_running_job_can_be_cancelled(database: Database) -> None:
    """Whoever cancels a running job stops it at its next step."""
    with database.begin() as session:
        job_id = jobs.order(session, "cancelled", {}).id
    running = jobs.take(database, ("cancelled",))
    assert running is not None
    with database.begin() as session:
        jobs.cancel(session, session.get_one(JobRow, job_id))
    with pytest.raises(jobs.JobCancelled):
        running.progress(1)
