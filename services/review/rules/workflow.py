"""The table of what can happen to a case: state, step, action, next state, who, and the fact that others are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.base import Event
from contracts.errors import WrongState
from contracts.events import CaseAdmitted, CaseAdvanced, CaseHeld, CaseRecalled, CaseReturned
from contracts.review import Action, CaseState, LogAction
from services.review.rules.profile import StepKind

ANY_STEP = frozenset(StepKind)
REVIEW = frozenset({StepKind.REVIEW})
PREASSIGNMENT = frozenset({StepKind.PREASSIGNMENT})
CHECK = frozenset({StepKind.COMMITTEE_CHECK})


class By(StrEnum):
    """Who may act."""

    HOLDER = "holder"  # an account with the waiting step's role in its organisation
    PREASSIGNER = "preassigner"  # who held the pre-assignment
    SUPERIOR = "superior"  # an organisation above the holder, or the system administrator
    APPLICANT = "applicant"
    PLATFORM = "platform"  # an event


class Guard(StrEnum):
    """What else must hold."""

    UNREVIEWED = "unreviewed"  # nobody has acted on the submission yet (HB-104)
    OPINION = "opinion"  # the decision says why (HB-39, HB-44)
    RECOMMENDATION = "recommendation"  # the data of HB-T30, where the step asks for it
    COMMITTEE = "committee"  # an open committee whose scope covers the declaration (HB-50)


@dataclass(frozen=True)
class Transition:
    """One row: in `state` at a step of `kinds`, `by` may do `action`, which leads to `to` and publishes `event`."""

    action: Action
    state: CaseState | None
    kinds: frozenset[StepKind]
    to: CaseState
    by: By
    event: type[Event] | None
    guards: tuple[Guard, ...] = ()


W, H = CaseState.WAITING, CaseState.HELD
TRANSITIONS: tuple[Transition, ...] = (
    Transition(Action.SUBMIT, None, ANY_STEP, W, By.PLATFORM, CaseAdvanced),
    Transition(Action.PASS, W, REVIEW, W, By.HOLDER, CaseAdvanced, (Guard.RECOMMENDATION,)),
    Transition(Action.ASSIGN, W, PREASSIGNMENT, W, By.HOLDER, CaseAdvanced, (Guard.COMMITTEE,)),
    Transition(Action.ASSIGN, W, CHECK, W, By.PREASSIGNER, CaseAdvanced, (Guard.COMMITTEE,)),
    Transition(Action.ASSIGN, H, CHECK, W, By.PREASSIGNER, CaseAdvanced, (Guard.COMMITTEE,)),
    Transition(Action.PASS, W, CHECK, CaseState.ADMITTED, By.HOLDER, CaseAdmitted),
    Transition(Action.RETURN, W, ANY_STEP, CaseState.RETURNED, By.HOLDER, CaseReturned, (Guard.OPINION,)),
    Transition(Action.HOLD, W, ANY_STEP, H, By.HOLDER, CaseHeld, (Guard.OPINION,)),
    Transition(Action.RESUME, H, ANY_STEP, W, By.HOLDER, CaseHeld),
    Transition(Action.RECALL, W, ANY_STEP, CaseState.RECALLED, By.APPLICANT, CaseRecalled, (Guard.UNREVIEWED,)),
    Transition(Action.REROUTE, W, REVIEW, W, By.SUPERIOR, CaseAdvanced, (Guard.OPINION,)),
    Transition(Action.REROUTE, H, REVIEW, W, By.SUPERIOR, CaseAdvanced, (Guard.OPINION,)),
    Transition(Action.SUPERSEDE, W, ANY_STEP, CaseState.SUPERSEDED, By.PLATFORM, None),
    Transition(Action.SUPERSEDE, H, ANY_STEP, CaseState.SUPERSEDED, By.PLATFORM, None),
)
OPEN = frozenset({CaseState.WAITING, CaseState.HELD})

LOG_ACTIONS: dict[Action, LogAction] = {
    Action.SUBMIT: LogAction.SUBMITTED,
    Action.PASS: LogAction.PASSED,
    Action.ASSIGN: LogAction.ASSIGNED,
    Action.RETURN: LogAction.RETURNED,
    Action.HOLD: LogAction.HELD,
    Action.RESUME: LogAction.RESUMED,
    Action.RECALL: LogAction.RECALLED,
    Action.REROUTE: LogAction.REROUTED,
    Action.SUPERSEDE: LogAction.SUPERSEDED,
}


def logged(row: Transition) -> LogAction:
    """What the routing log says of a transition: passing the last step is admitting."""
    return LogAction.ADMITTED if row.to is CaseState.ADMITTED else LOG_ACTIONS[row.action]


def transition(action: Action, state: CaseState | None, kind: StepKind) -> Transition:
    """The row for an action in a state at a step. Refuses: WrongState."""
    for row in TRANSITIONS:
        if row.action is action and row.state is state and kind in row.kinds:
            return row
    raise WrongState(state=state, action=action)


def actions_of(by: By, state: CaseState, kind: StepKind) -> tuple[Action, ...]:
    """What the holder of the waiting step, or a superior of it, may do now."""
    return tuple(row.action for row in TRANSITIONS if row.by is by and row.state is state and kind in row.kinds)
