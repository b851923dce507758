"""What crosses the bus: bodies, errors, headers."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticSerializationError

from chassis import wire
from chassis.context import CallContext
from contracts.base import Contract, Message, rpc
from contracts.errors import (
    DeadlinePassed,
    DomainError,
    Fault,
    InternalError,
    InvalidInput,
    Kind,
    NotFound,
    ServiceUnavailable,
    UnknownError,
)


class Answer(Message):
    """An answer with one field."""

    number: int


class SampleApi(Contract):
    """A contract of these tests."""

    name: ClassVar[str] = "sample"

    @rpc(actor=False)
    def ask(self, *, thing_id: UUID, often: int = 1) -> Answer | None:
        """Ask."""
        raise NotImplementedError

    @rpc(actor=False)
    def wrong(self, thing_id: UUID) -> None:
        """Not declared with keyword arguments."""
        raise NotImplementedError


ASK = wire.method(SampleApi, "ask")


def test_call_is_what_nameko_sends() -> None:
    """The body of a call is Nameko's, so that its tools understand it."""
    thing_id = uuid4()
    body = ASK.dump_call({"thing_id": thing_id, "often": 2})
    assert json.loads(body) == {"args": [], "kwargs": {"thing_id": str(thing_id), "often": 2}}
    assert ASK.load_call(body) == {"thing_id": thing_id, "often": 2}


def test_argument_with_default_may_be_left_out() -> None:
    """What has a default in the contract needs not be sent."""
    assert ASK.load_call(ASK.dump_call({"thing_id": uuid4()})).keys() == {"thing_id"}


@pytest.mark.parametrize("arguments", [{}, {"thing_id": uuid4(), "more": 1}])
def test_wrong_names_are_the_callers_bug(arguments: dict[str, Any]) -> None:
    """A caller that names other arguments than the contract learns it before anything is sent."""
    with pytest.raises(TypeError):
        ASK.dump_call(arguments)


def test_wrong_result_is_the_callees_bug() -> None:
    """A service cannot answer something else than the contract says."""
    with pytest.raises(PydanticSerializationError):
        ASK.dump_result("nothing of the kind")


def test_positional_arguments_are_refused_in_a_contract() -> None:
    """A method of a contract takes keyword arguments only."""
    with pytest.raises(TypeError):
        wire.method(SampleApi, "wrong")


@pytest.mark.parametrize("result", [None, Answer(number=3)])
def test_result_comes_back(result: Answer | None) -> None:
    """A result is read as it was written."""
    assert ASK.load_answer(ASK.dump_result(result)) == result


def test_later_fields_of_an_answer_are_left_out() -> None:
    """A caller of an older version understands an answer that has grown."""
    assert ASK.load_answer(b'{"result":{"number":1,"later":2},"error":null,"later":3}') == Answer(number=1)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"args":[],"kwargs":{"thing_id":"x"}}', "/thing_id", "uuid_parsing"),
        (b'{"args":[],"kwargs":{}}', "/thing_id", "missing"),
        (
            b'{"args":[],"kwargs":{"thing_id":"7b1c9f2e-6c1e-4a8e-9a63-1d2f3a4b5c6d","b/~":1}}',
            "/b~1~0",
            "extra_forbidden",
        ),
    ],
)
def test_faults_point_at_the_field(body: bytes, pointer: str, code: str) -> None:
    """A refused call names each field at fault and never its value."""
    with pytest.raises(InvalidInput) as refused:
        ASK.load_call(body)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(pointer, code)]


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_as_input(body: bytes) -> None:
    """Whatever arrives as a call is either understood or refused as invalid input."""
    with pytest.raises(InvalidInput):
        ASK.load_call(body)


def _through(error: Exception) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011 (the type is what is asked)
        ASK.load_answer(wire.encode_error(error))
    return raised.value


def test_known_refusal_keeps_class_and_parameters() -> None:
    """A refusal whose code is known here arrives as its class, with parameters and faults."""
    fault = Fault(pointer="/a", code="missing")
    arrived = _through(InvalidInput(faults=(fault,), limit=5, thing=UUID(int=1)))
    assert isinstance(arrived, InvalidInput)
    assert arrived.params == {"limit": 5, "thing": str(UUID(int=1))}
    assert arrived.faults == (fault,)
    assert isinstance(_through(NotFound()), NotFound)


def test_unknown_refusal_keeps_code_and_kind() -> None:
    """A refusal that only a newer version knows keeps its code, kind and parameters."""
    body = b'{"result":null,"error":{"exc_type":"later.new","value":"forbidden","params":{"a":1},"faults":[]}}'
    with pytest.raises(UnknownError) as raised:
        ASK.load_answer(body)
    assert (raised.value.code, raised.value.kind, raised.value.params) == ("later.new", Kind.FORBIDDEN, {"a": 1})


def test_faults_of_the_world_and_bugs() -> None:
    """A deadline, a missing service and a bug stay what they are; a bug says nothing."""
    assert isinstance(_through(DeadlinePassed()), DeadlinePassed)
    away = _through(ServiceUnavailable("identity", retry_after=2.5))
    assert isinstance(away, ServiceUnavailable)
    assert (away.service, away.retry_after) == ("identity", 2.5)
    assert isinstance(_through(ValueError("secret")), InternalError)
    assert b"secret" not in wire.encode_error(ValueError("secret"))


def test_codes_are_unique() -> None:
    """No two refusals of the platform share a code."""
    import contracts.catalogue  # noqa: F401

    def below(cls: type[DomainError]) -> list[type[DomainError]]:
        return [cls, *(found for sub in cls.__subclasses__() for found in below(sub))]

    own = [cls for cls in below(DomainError) if cls.__module__.startswith("contracts.") and "code" in vars(cls)]
    codes = [cls.code for cls in own if cls is not UnknownError]
    assert len(codes) == len(set(codes))


def test_context_travels() -> None:
    """Profile, token, arrival, trace, locale and deadline arrive; the caller is whom the broker vouches for."""
    now = datetime.now(UTC).replace(microsecond=0)
    sent = CallContext(profile="hebei", actor_token="t", arrived_at=now, trace_id="abc", locale="en", caller="forged")
    headers = wire.write_context(sent, deadline=now + timedelta(seconds=3))
    arrived = wire.read_context(headers, caller="gateway")
    assert arrived == CallContext(
        profile="hebei",
        actor_token="t",
        caller="gateway",
        arrived_at=now,
        deadline=now + timedelta(seconds=3),
        trace_id="abc",
        locale="en",
    )


@given(
    st.dictionaries(
        st.sampled_from([wire.DEADLINE, wire.ARRIVED, wire.PROFILE, wire.ACTOR, wire.TRACE, wire.LOCALE]),
        st.one_of(st.none(), st.integers(), st.sampled_from(["", "x"]), st.booleans(), st.just(b"x"), st.floats()),
    )
)
def test_any_headers_are_read_or_refused(headers: dict[str, Any]) -> None:
    """Whatever stands in the headers, a call is understood or is none of ours."""
    with suppress(wire.Malformed):
        assert wire.read_context(headers, caller="gateway").deadline is not None
