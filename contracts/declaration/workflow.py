"""The states of a declaration in the province's words, mapped onto the few kinds that the code knows (design §5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from contracts.base import Message
from contracts.declaration.forms import Identifier, Label


class StateKind(StrEnum):
    """What a state means to the code."""

    DRAFT = "draft"
    WITH_REVIEWERS = "with_reviewers"
    RETURNED = "returned"
    AT_COMMITTEE = "at_committee"
    IN_NOTICE = "in_notice"
    PASSED = "passed"
    FAILED = "failed"
    DISCARDED = "discarded"


TERMINAL_KINDS = frozenset({StateKind.PASSED, StateKind.FAILED, StateKind.DISCARDED})
EDITABLE_KINDS = frozenset({StateKind.DRAFT, StateKind.RETURNED})


class Trigger(StrEnum):
    """Who or what moves a declaration: a command of its applicant, or an event of its holder."""

    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    ADVANCE = "advance"
    HOLD = "hold"
    RESUME = "resume"
    RETURN_FOR_CORRECTION = "return_for_correction"
    RECALL = "recall"
    ADMIT = "admit"
    PLACE = "place"
    PASS = "pass"  # noqa: S105 - the committee passes a declaration
    FAIL = "fail"
    UPHOLD_OBJECTION = "uphold_objection"
    REPORT_RESULT = "report_result"
    AUDIT_RESULT = "audit_result"


COMMANDS = frozenset({Trigger.SAVE, Trigger.SUBMIT, Trigger.WITHDRAW, Trigger.DISCARD})


class State(Message):
    """A state as the applicant reads it."""

    id: Identifier
    kind: StateKind
    label: Label


class Transition(Message):
    """One row of the table. `step` narrows `advance` to one waiting step of the profile's route.

    `from_states` and `to` are states; `to` is None where the state stays, and with `to_previous` it becomes what it
    was before the last change.
    """

    trigger: Trigger
    label: Label
    from_states: tuple[Identifier, ...]
    to: Identifier | None = None
    to_previous: bool = False
    step: str | None = None


class Workflow(Message):
    """The table of states and transitions of a profile version."""

    initial: Identifier
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        names = [state.id for state in self.states]
        if len(set(names)) != len(names):
            raise ValueError("a state occurs twice")
        used = {name for move in self.transitions for name in (*move.from_states, move.to) if name is not None}
        if unknown := (used | {self.initial}) - set(names):
            raise ValueError(f"states that the table does not have: {sorted(unknown)}")
        closed = {state.id for state in self.states if state.kind in TERMINAL_KINDS}
        if leaving := {name for move in self.transitions for name in move.from_states} & closed:
            raise ValueError(f"a terminal state is left: {sorted(leaving)}")
        keys = [(move.trigger, move.step, name) for move in self.transitions for name in move.from_states]
        if len(set(keys)) != len(keys):
            raise ValueError("two transitions answer to the same trigger in one state")
        reached = {self.initial}
        while more := {m.to for m in self.transitions if m.to and reached & set(m.from_states)} - reached:
            reached |= more
        if lost := set(names) - reached:
            raise ValueError(f"states that are never reached: {sorted(lost)}")
        return self

    def state(self, name: str) -> State:
        """The state with this identifier; a KeyError means data of another version."""
        return {state.id: state for state in self.states}[name]
