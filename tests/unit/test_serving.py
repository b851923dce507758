"""A service class fits its contract and its events, or cannot be imported."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import pytest

from chassis.rpc import CALL_ORDER, may_call
from chassis.service import Delivery, Service, on, serve
from contracts.base import SERVICES, Contract, Event, rpc


class ShopApi(Contract):
    """A contract of these tests."""

    name: ClassVar[str] = "shop"

    @rpc()
    def buy(self, *, thing_id: UUID, often: int = 1) -> int:
        """Buy."""
        raise NotImplementedError


class Delivered(Event):
    """Something came."""

    source: ClassVar[str] = "carrier"
    listeners: ClassVar[tuple[str, ...]] = ("shop",)


class Elsewhere(Event):
    """Something came to somebody else."""

    source: ClassVar[str] = "carrier"
    listeners: ClassVar[tuple[str, ...]] = ("other",)


class Right(Service[Any]):
    """Fits."""

    def buy(self, *, thing_id: UUID, often: int = 1) -> int:
        return often

    @on(Delivered)
    def delivered(self, event: Delivered, delivery: Delivery) -> None: ...


class Lacking(Service[Any]):
    """Lacks the method."""

    @on(Delivered)
    def delivered(self, event: Delivered, delivery: Delivery) -> None: ...


class OtherParameters(Right):
    """Takes another parameter."""

    def buy(self, *, thing_id: UUID, count: int = 1) -> int:  # type: ignore[override]
        return count


class OtherDefault(Right):
    """Has another default."""

    def buy(self, *, thing_id: UUID, often: int = 2) -> int:
        return often


class OtherType(Right):
    """Answers something else."""

    def buy(self, *, thing_id: UUID, often: int = 1) -> str:  # type: ignore[override]
        return ""


class Deaf(Service[Any]):
    """Has no handler."""

    def buy(self, *, thing_id: UUID, often: int = 1) -> int:
        return often


class Twice(Right):
    """Has two handlers of one event."""

    @on(Delivered)
    def delivered_too(self, event: Delivered, delivery: Delivery) -> None: ...


class Curious(Right):
    """Handles what it is not told."""

    @on(Elsewhere)
    def elsewhere(self, event: Elsewhere, delivery: Delivery) -> None: ...


def test_fitting_class_is_served() -> None:
    """A class with the methods and handlers of its contract is served."""
    served = serve(ShopApi, events=(Delivered, Elsewhere))(Right)
    assert served.contract is ShopApi
    assert served.handlers == {"carrier.Delivered": ("delivered", Delivered)}


@pytest.mark.parametrize("wrong", [Lacking, OtherParameters, OtherDefault, OtherType, Deaf, Twice, Curious])
def test_class_that_does_not_fit_cannot_be_served(wrong: type[Service[Any]]) -> None:
    """A missing or differing method, and a missing, second or uninvited handler, are found at import."""
    with pytest.raises(TypeError):
        serve(ShopApi, events=(Delivered, Elsewhere))(wrong)


def test_calls_go_to_the_right_only() -> None:
    """No two services can wait for each other's calls: who may be called never may call back."""
    for service in SERVICES:
        for callee in may_call(service):
            assert service not in may_call(callee)
            assert CALL_ORDER.index(service) < CALL_ORDER.index(callee)
