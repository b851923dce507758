"""The small state machines before a meeting, one table each: expert profiles (states §3.7), plans and standards."""

from __future__ import annotations

from enum import StrEnum

from contracts.committee.experts import ExpertState
from contracts.committee.plans import PlanState
from contracts.errors import WrongState


class ExpertAct(StrEnum):
    """What happens to an expert's profile."""

    OPEN = "open"
    SAVE = "save"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"


class PlanAct(StrEnum):
    """What happens to an edition of a plan."""

    WRITE = "write"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    SUPERSEDE = "supersede"


# An approved expert who changes something is looked at again.
EXPERTS: dict[tuple[ExpertState, ExpertAct], ExpertState] = {
    (ExpertState.CREATED, ExpertAct.OPEN): ExpertState.INCOMPLETE,
    (ExpertState.INCOMPLETE, ExpertAct.SAVE): ExpertState.INCOMPLETE,
    (ExpertState.REFUSED, ExpertAct.SAVE): ExpertState.REFUSED,
    (ExpertState.APPROVED, ExpertAct.SAVE): ExpertState.INCOMPLETE,
    (ExpertState.INCOMPLETE, ExpertAct.SUBMIT): ExpertState.SUBMITTED,
    (ExpertState.REFUSED, ExpertAct.SUBMIT): ExpertState.SUBMITTED,
    (ExpertState.SUBMITTED, ExpertAct.APPROVE): ExpertState.APPROVED,
    (ExpertState.SUBMITTED, ExpertAct.REFUSE): ExpertState.REFUSED,
}

PLANS: dict[tuple[PlanState, PlanAct], PlanState] = {
    (PlanState.DRAFT, PlanAct.WRITE): PlanState.DRAFT,
    (PlanState.DRAFT, PlanAct.SUBMIT): PlanState.UNDER_REVIEW,
    (PlanState.UNDER_REVIEW, PlanAct.APPROVE): PlanState.APPROVED,
    (PlanState.UNDER_REVIEW, PlanAct.RETURN): PlanState.DRAFT,
    (PlanState.APPROVED, PlanAct.SUPERSEDE): PlanState.SUPERSEDED,
}


def expert_after(state: str, act: ExpertAct) -> ExpertState:
    """The state of an expert's profile after the act. Refuses: WrongState."""
    found = EXPERTS.get((ExpertState(state), act))
    if found is None:
        raise WrongState(state=state, act=act.value)
    return found


def plan_after(state: str, act: PlanAct) -> PlanState:
    """The state of a plan's edition after the act. Refuses: WrongState."""
    found = PLANS.get((PlanState(state), act))
    if found is None:
        raise WrongState(state=state, act=act.value)
    return found
