"""How a declaration moves: the profile's table, asked; nothing else assigns a state."""

from __future__ import annotations

from contracts.declaration.workflow import EDITABLE_KINDS, StateKind, Transition, Trigger, Workflow
from contracts.errors import WrongState


def find_transition(workflow: Workflow, *, state: str, trigger: Trigger, step: str | None = None) -> Transition | None:
    """The row of the table for a trigger in a state; a row for exactly this step goes before one for any step."""
    rows = [row for row in workflow.transitions if row.trigger is trigger and state in row.from_states]
    exact = [row for row in rows if row.step == step]
    return next(iter([*exact, *(row for row in rows if row.step is None)]), None)


def next_state(row: Transition, *, state: str, previous: str | None) -> str:
    """The state into which a row leads from `state`; `previous` is the one before the last change."""
    if row.to_previous and previous is not None:
        return previous
    return row.to or state


def require_transition(workflow: Workflow, *, state: str, trigger: Trigger) -> Transition:
    """The row of the table for an applicant's command. Refuses: WrongState."""
    row = find_transition(workflow, state=state, trigger=trigger)
    if row is None:
        raise WrongState(state=state, action=trigger.value)
    return row


def kind_of(workflow: Workflow, state: str) -> StateKind:
    """What a state means to the code."""
    return workflow.state(state).kind


def is_editable(workflow: Workflow, state: str) -> bool:
    """Whether the applicant may change data in this state (HB-103)."""
    return kind_of(workflow, state) in EDITABLE_KINDS


def open_actions(workflow: Workflow, state: str) -> tuple[Trigger, ...]:
    """The triggers that the table allows in a state, in its order."""
    return tuple(dict.fromkeys(row.trigger for row in workflow.transitions if state in row.from_states))
