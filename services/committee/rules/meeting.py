"""The steps of a meeting as one table, and the state that follows from those that are done (states §3.5).

The order of the steps between `plan_approved` and `standard_submitted` is free; all of them come before the chair's
confirmation of the standard. A meeting's state is the last step of the unbroken row of done steps.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from contracts.committee.meetings import Step


@dataclass(frozen=True)
class StepRule:
    """A step: whose act it is, which steps come before it, and which step closes it for further change."""

    step: Step
    who: str
    requires: tuple[Step, ...]
    closed_by: Step


STEPS: tuple[StepRule, ...] = (
    StepRule(Step.CREATED, "org_admin", (), Step.PLAN_APPROVED),
    StepRule(Step.GROUPED, "case_officer", (Step.CREATED,), Step.STANDARD_CONFIRMED),
    StepRule(Step.PLAN_DRAFTED, "case_officer", (Step.GROUPED,), Step.STANDARD_CONFIRMED),
    StepRule(Step.PLAN_UNDER_REVIEW, "case_officer", (Step.PLAN_DRAFTED,), Step.STANDARD_CONFIRMED),
    StepRule(Step.PLAN_APPROVED, "second_officer", (Step.PLAN_UNDER_REVIEW,), Step.STANDARD_CONFIRMED),
    StepRule(Step.CHAIR_APPOINTED, "case_officer", (Step.PLAN_APPROVED,), Step.STANDARD_CONFIRMED),
    StepRule(Step.MATERIALS_GROUPED, "case_officer", (Step.PLAN_APPROVED,), Step.STANDARD_CONFIRMED),
    StepRule(Step.STANDARD_SUBMITTED, "case_officer", (Step.PLAN_APPROVED,), Step.STANDARD_CONFIRMED),
    StepRule(
        Step.STANDARD_CONFIRMED,
        "chair",
        (Step.CHAIR_APPOINTED, Step.MATERIALS_GROUPED, Step.STANDARD_SUBMITTED),
        Step.SCORING,
    ),
    StepRule(Step.LEADERS_APPOINTED, "chair", (Step.STANDARD_CONFIRMED,), Step.SCORES_CONFIRMED),
    StepRule(Step.SCORING, "group_leader", (Step.LEADERS_APPOINTED,), Step.SCORES_CONFIRMED),
    StepRule(Step.SCORES_CONFIRMED, "chair", (Step.SCORING,), Step.ROLL_GENERATED),
    StepRule(Step.ROLL_GENERATED, "chair", (Step.SCORES_CONFIRMED,), Step.VOTING),
    StepRule(Step.VOTING, "chair", (Step.ROLL_GENERATED,), Step.RESULT_CONFIRMED),
    StepRule(Step.RESULT_CONFIRMED, "chair", (Step.VOTING,), Step.PUBLIC_NOTICE),
    StepRule(Step.PUBLIC_NOTICE, "case_officer", (Step.RESULT_CONFIRMED,), Step.NOTICE_ENDED),
    StepRule(Step.NOTICE_ENDED, "case_officer", (Step.PUBLIC_NOTICE,), Step.RESULT_REPORTED),
    StepRule(Step.RESULT_REPORTED, "case_officer", (Step.NOTICE_ENDED,), Step.RESULT_AUDITED),
    StepRule(Step.RESULT_AUDITED, "superior_officer", (Step.RESULT_REPORTED,), Step.CLOSED),
    StepRule(Step.CLOSED, "case_officer", (Step.RESULT_AUDITED,), Step.CLOSED),
)
RULES = {rule.step: rule for rule in STEPS}


def state_of(done: Collection[Step]) -> Step:
    """The state of a meeting whose steps `done` are done."""
    state = Step.CREATED
    for rule in STEPS:
        if rule.step not in done:
            break
        state = rule.step
    return state


def missing(step: Step, done: Collection[Step]) -> tuple[Step, ...]:
    """The steps that must be done before this one."""
    return tuple(before for before in RULES[step].requires if before not in done)


def is_closed(step: Step, done: Collection[Step]) -> bool:
    """Whether what the step decided cannot be changed any more."""
    return RULES[step].closed_by in done
