"""PostgreSQL: one engine per process, one transaction per operation, rows of one profile only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg2
import psycopg2.errors
from sqlalchemy import JSON, Connection, DateTime, Engine, MetaData, String, Uuid, create_engine, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session

from chassis import context
from contracts.errors import DeadlinePassed, WorldFault

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ALL_PROFILES = "*"
STATEMENT_SECONDS = 30.0
PROFILE = re.compile(r"\*|[A-Za-z0-9_-]{1,60}")

# In a connection's `info`: what still goes before the first statement of its transaction.
OPENING = "opening"

_open_transaction: ContextVar[Session | None] = ContextVar("open_transaction", default=None)


class Base(DeclarativeBase):
    """What the tables of a service derive from, through an abstract class of its own with its own `metadata`."""

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(String()),
        list[UUID]: ARRAY(Uuid()),
        JSON: JSONB(),
    }


def metadata() -> MetaData:
    """Metadata with the platform's constraint names, one for each service."""
    return MetaData(naming_convention=NAMES)


class DatabaseAway(WorldFault):
    """The database cannot be reached or gave the connection up."""


class Database:
    """The engine of a process. `begin` is the only way to a session."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=False,
            pool_recycle=1800,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "zhiping"},
        )
        _open_with_first_statement(self.engine)

    @contextmanager
    def begin(self, profile: str | None = None) -> Iterator[Session]:
        """One transaction that sees the rows of one profile: `profile`, else that of the running call.

        Commits at the end of the block, rolls back on an exception. Statements end with the call's deadline.
        Raises DatabaseAway where the database is the reason, DeadlinePassed where the time is over.
        """
        wanted = profile or context.current().profile
        if wanted is None:
            raise RuntimeError("a transaction needs a profile")
        if not PROFILE.fullmatch(wanted):
            raise ValueError("not the name of a profile")
        milliseconds = max(1, int(context.seconds_left(STATEMENT_SECONDS) * 1000))
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                session.connection().info[OPENING] = _opening(wanted, milliseconds)
                token = _open_transaction.set(session)
                try:
                    yield session
                finally:
                    _open_transaction.reset(token)
        except (OperationalError, InterfaceError, PoolTimeout, PendingRollbackError) as error:
            if isinstance(getattr(error, "orig", None), psycopg2.errors.QueryCanceled):
                raise DeadlinePassed() from error
            raise DatabaseAway() from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseAway() from error
            raise

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()


def _opening(profile: str, milliseconds: int) -> str:
    """What goes before the first statement of a transaction; `profile` is of PROFILE, so it needs no quoting."""
    return (
        f"BEGIN; SELECT set_config('app.profile', '{profile}', true), "
        f"set_config('statement_timeout', '{milliseconds}ms', true); "
    )


def _open_with_first_statement(engine: Engine) -> None:
    """Have transactions begin in the message of their first statement, and cost nothing where there is none.

    The driver would send BEGIN, the settings and the statement one after the other: each is a journey to the server
    and, in a service, two switches between green threads.
    """

    @event.listens_for(engine, "connect")
    def keep_out(driver: Any, _record: Any) -> None:
        driver.autocommit = True  # the driver begins nothing by itself

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.info[OPENING] = "BEGIN; "

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def before(
        connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool
    ) -> tuple[str, Any]:
        opening = connection.info.pop(OPENING, None)
        if opening is not None and executemany:  # a message for each row follows
            connection.exec_driver_sql(opening)
        elif opening is not None:
            statement = opening + statement
        return statement, parameters

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        if connection.info.pop(OPENING, None) is None:
            connection.exec_driver_sql("COMMIT")

    @event.listens_for(engine, "rollback")
    def rollback(connection: Connection) -> None:
        if connection.info.pop(OPENING, None) is None:
            with suppress(psycopg2.Error):  # a lost connection has rolled back; the pool sees that it is lost
                connection.connection.cursor().execute("ROLLBACK")


def in_transaction() -> bool:
    """Whether the running code is inside `Database.begin`: no call, mail or file belongs there."""
    return _open_transaction.get() is not None


ISOLATION = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY profile_isolation ON {table}
    USING (profile = current_setting('app.profile', true) OR current_setting('app.profile', true) = '*')
    WITH CHECK (profile = current_setting('app.profile', true) OR current_setting('app.profile', true) = '*');
"""


def isolate(*tables: str) -> str:
    """SQL for a migration: rows of these tables are seen only by transactions of their `profile`."""
    return "".join(ISOLATION.format(table=table) for table in tables)


APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def append_only(*tables: str) -> str:
    """SQL for a migration: rows of these tables can be added, never changed or deleted."""
    return "".join(APPEND_ONLY.format(table=table) for table in tables)
