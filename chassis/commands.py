"""A command is carried out once: its repeat gets the same answer, other content under its id is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis import clock, context
from chassis.crypto import keyring
from chassis.tables import CommandRow
from contracts.base import Command, SecretAnswer, VersionedCommand
from contracts.errors import CommandReused, StaleVersion

Rest = ParamSpec("Rest")
Answer = TypeVar("Answer")


@cache
def _adapter(operation: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(operation)["return"])


def carry_out(
    session: Session,
    command: Command,
    operation: Callable[Concatenate[Session, Rest], Answer],
    /,
    *args: Rest.args,
    **kwargs: Rest.kwargs,
) -> Answer:
    """Run `operation` in this transaction unless the command was carried out before; then give its answer again.

    A repeat that comes while the first still runs waits for it. A refusal rolls back, so it is not remembered.
    Refuses: CommandReused.
    """
    running = context.current()
    if running.profile is None:
        raise RuntimeError("a command needs a profile")
    account_id = running.actor.account_id if running.actor else None
    name = f"{operation.__module__.rsplit('.', 1)[-1]}.{operation.__name__}"
    # keyed, for the content may hold an identity number that could be guessed from a plain hash
    content = keyring().digest(command.model_dump_json(exclude={"command_id"}).encode())
    claimed = session.execute(
        insert(CommandRow)
        .values(
            profile=running.profile,
            command_id=command.command_id,
            account_id=account_id,
            operation=name,
            content_hash=content,
            at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(CommandRow.command_id)
    ).first()
    key = (running.profile, command.command_id)
    if claimed is None:
        before = session.get_one(CommandRow, key)
        if (before.account_id, before.operation, before.content_hash) != (account_id, name, content):
            raise CommandReused()
        answer: Answer = _adapter(operation).validate_python(before.answer, strict=False)
        return answer
    answer = operation(session, *args, **kwargs)
    kept = answer.without_secrets() if isinstance(answer, SecretAnswer) else answer
    row = session.get_one(CommandRow, key)
    row.answer = _adapter(operation).dump_python(kept, mode="json")
    return answer


def check_version(actual: int, command: VersionedCommand) -> None:
    """Refuse to overwrite what the caller has not seen. Refuses: StaleVersion."""
    if command.expected_version is not None and command.expected_version != actual:
        raise StaleVersion(actual=actual, expected=command.expected_version)


def was_carried_out(session: Session, command: Command) -> bool:
    """Whether the command id is known, so that a caller may spare a question to another service."""
    found = session.scalar(select(CommandRow.command_id).where(CommandRow.command_id == command.command_id))
    return found is not None
