"""PostgreSQL: one engine per process, one transaction per operation, rows of one profile only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import psycopg2.errors
from sqlalchemy import JSON, DateTime, MetaData, String, Uuid, create_engine, text
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

    @contextmanager
    def begin(self, profile: str | None = None) -> Iterator[Session]:
        """One transaction that sees the rows of one profile: `profile`, else that of the running call.

        Commits at the end of the block, rolls back on an exception. Statements end with the call's deadline.
        Raises DatabaseAway where the database is the reason, DeadlinePassed where the time is over.
        """
        wanted = profile or context.current().profile
        if wanted is None:
            raise RuntimeError("a transaction needs a profile")
        milliseconds = max(1, int(context.seconds_left(STATEMENT_SECONDS) * 1000))
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                session.execute(_ENTER, {"profile": wanted, "timeout": f"{milliseconds}ms"})
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


_ENTER = text("SELECT set_config('app.profile', :profile, true), set_config('statement_timeout', :timeout, true)")


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
