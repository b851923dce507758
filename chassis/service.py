"""What a service class is: the methods of its contract, the handlers of its events, and clients of other services."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar, Concatenate, Generic, TypeVar, cast

from sqlalchemy.orm import Session

from chassis import audit, commands, retention, wire
from chassis.consumer import Delivery
from chassis.database import Database
from chassis.loops import every
from chassis.rpc import Caller
from chassis.settings import ServiceSettings
from chassis.tokens import Verifier
from chassis.wire import Method
from contracts.base import Command, Contract, Event

Settings = TypeVar("Settings", bound=ServiceSettings)
ServiceClass = TypeVar("ServiceClass", bound="type[Service[Any]]")
Remote = TypeVar("Remote", bound=Contract)
Told = TypeVar("Told", bound=Event)
Answer = TypeVar("Answer")
Handler = TypeVar("Handler", bound=Callable[..., None])


class Service(Generic[Settings]):
    """Base of every service. One object answers all calls and events of a process, so it keeps nothing about them."""

    contract: ClassVar[type[Contract]]
    # topic → name of the handling method and the event's class; filled by `serve`
    handlers: ClassVar[dict[str, tuple[str, type[Event]]]] = {}

    def __init__(self, settings: Settings, *, database: Database, caller: Caller) -> None:
        self.settings = settings
        self.database = database
        self.caller = caller
        self.verifier = Verifier(settings.verify_keys)
        self._sealer = audit.Sealer()

    @property
    def name(self) -> str:
        return self.contract.name

    def execute(
        self, operation: Callable[Concatenate[Session, ...], Answer], command: Command, **arguments: Any
    ) -> Answer:
        """Carry a command out in one transaction, once: `operation(session, command=command, **arguments)`."""
        with self.database.begin() as session:
            return commands.carry_out(session, command, operation, command=command, **arguments)

    @every(1.0)
    def seal_audit(self, session: Session) -> None:
        """Chain the audit rows that were committed since the last turn (design §7)."""
        self._sealer.turn(session)

    @every(15.0)
    def look_at_jobs(self, session: Session) -> None:
        """Note how long jobs wait."""
        retention.look_at_jobs(session)

    @every(300.0)
    def forget_what_was_done(self, session: Session) -> None:
        """Remove old commands, jobs, and memories of events."""
        retention.forget(session)


def on(event: type[Told]) -> Callable[[Handler], Handler]:
    """Mark a method (self, event, delivery) as the service's handler of an event."""

    def mark(handler: Handler) -> Handler:
        handler.handles = event  # type: ignore[attr-defined]
        return handler

    return mark


def serve(
    contract: type[Contract], *, events: Iterable[type[Event]] | None = None
) -> Callable[[ServiceClass], ServiceClass]:
    """Bind a service class to its contract.

    Importing the service fails unless each method of the contract is there with the same parameters and result, and
    each event that names the service among its listeners (in `events`, the whole catalogue) has exactly one handler.
    """
    if events is None:
        from contracts.events import EVENTS

        events = EVENTS
    told = {event for event in events if contract.name in event.listeners}

    def bind(service: ServiceClass) -> ServiceClass:
        for name in contract.methods():
            _check_method(contract, service, name)
        handlers: dict[str, tuple[str, type[Event]]] = {}
        for name, function in inspect.getmembers(service, inspect.isfunction):
            event = getattr(function, "handles", None)
            if event is None:
                continue
            if event not in told:
                raise TypeError(f"{service.__name__}.{name}: {event.__name__} does not name {contract.name}")
            if event.topic() in handlers:
                raise TypeError(f"{service.__name__}: two handlers of {event.__name__}")
            handlers[event.topic()] = (name, event)
        if missing := {event.topic() for event in told} - handlers.keys():
            raise TypeError(f"{service.__name__}: no handler of {', '.join(sorted(missing))}")
        service.contract = contract
        service.handlers = handlers
        return service

    return bind


def _check_method(contract: type[Contract], service: type[Service[Any]], name: str) -> None:
    declared = getattr(contract, name)
    served = getattr(service, name, None)
    if not inspect.isfunction(served):
        raise TypeError(f"{service.__name__} lacks {name} of {contract.__name__}")
    # The annotations are compared as types below: the same type may be spelled in two ways.
    parameters, offered = (
        [(p.name, p.kind, p.default) for p in inspect.signature(f).parameters.values()] for f in (declared, served)
    )
    if parameters != offered or typing.get_type_hints(declared) != typing.get_type_hints(served):
        raise TypeError(f"{service.__name__}.{name} differs from {contract.__name__}.{name}")


def client(contract: type[Remote]) -> Remote:
    """Another service, as an attribute of a service class: its methods are calls over the bus.

    They raise the DomainError that the other service answers, ServiceUnavailable or DeadlinePassed; RuntimeError
    inside an open transaction, or where the handler of a call would call to the left (`chassis.rpc.CALL_ORDER`).
    """
    return cast(Remote, _ClientAttribute(contract))


class _ClientAttribute:
    def __init__(self, contract: type[Contract]) -> None:
        self.contract = contract

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, service: Service[Any] | None, _owner: type) -> Any:
        if service is None:
            return self
        # kept in the object, where the next look finds it before this descriptor
        made = service.__dict__[self._name] = RemoteService(self.contract, service.caller)
        return made


class RemoteService:
    """The methods of a contract as calls."""

    def __init__(self, contract: type[Contract], caller: Caller) -> None:
        for name in contract.methods():
            setattr(self, name, partial(_call, caller, wire.method(contract, name)))


def _call(caller: Caller, method: Method, /, **arguments: Any) -> Any:
    return caller.call(method, arguments)


__all__ = ["Delivery", "Service", "client", "on", "serve"]
