"""The review slice of a profile: `route.yaml` and the form, checked when it is published."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import Message, Role
from contracts.declaration.forms import Block, Section
from contracts.review import Action, CaseState

StepId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Label(Message):
    """The province's own words and their translation."""

    zh: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=100)

    def in_locale(self, locale: str) -> str:
        """The words for a reader's locale; the province's own unless English is wanted."""
        return self.en if locale.startswith("en") else self.zh


class StepKind(StrEnum):
    """What is decided at a step."""

    REVIEW = "review"
    PREASSIGNMENT = "preassignment"
    COMMITTEE_CHECK = "committee_check"


class Holder(StrEnum):
    """Which organisation holds a step, seen from the applicant's."""

    OWN_ORGANIZATION = "own_organization"
    EACH_SUPERIOR = "each_superior"
    TOP_ORGANIZATION = "top_organization"
    COMMITTEE_ORGANIZATION = "committee_organization"


class RecommendationRule(StrEnum):
    """Whether passing a step takes the data of HB-T30."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Resubmission(StrEnum):
    """Where a corrected submission goes (HB-38)."""

    START_AGAIN = "start_again"
    RESUME_AT_RETURNING_LEVEL = "resume_at_returning_level"


class Step(Message):
    """One kind of station on the route; `each_superior` stands for one station per organisation above."""

    id: StepId
    kind: StepKind
    holder: Holder
    role: Role
    recommendation: RecommendationRule = RecommendationRule.NONE
    label: Label


class MaskedFields(Message):
    """Fields (`block.field`) masked for the holder of the waiting step and for everybody else in scope."""

    holder: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


ORDER = (Holder.OWN_ORGANIZATION, Holder.EACH_SUPERIOR, Holder.TOP_ORGANIZATION, Holder.COMMITTEE_ORGANIZATION)


class RouteRules(Message):
    """How a submission climbs in a province, and what each hand must and may do."""

    steps: tuple[Step, ...] = Field(min_length=1)
    resubmission: Resubmission
    return_days: int | None = Field(default=None, ge=1, le=365)
    opinion_limit: int = Field(ge=1, le=10_000)
    batch_limit: int = Field(ge=1, le=500)
    export_limit: int = Field(ge=1, le=10_000)
    overdue_days: int | None = Field(default=None, ge=1, le=365)
    competent_department_categories: tuple[str, ...] = ()
    masked_fields: MaskedFields = MaskedFields()
    common_opinions: tuple[Annotated[str, StringConstraints(min_length=1, max_length=1000)], ...] = ()
    # Stored versions live on, so words for a state or an action that is no more are let stand.
    states: dict[str, Label]
    actions: dict[str, Label]

    @model_validator(mode="after")
    def _is_a_route(self) -> Self:
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            raise ValueError("a step occurs twice")
        places = [ORDER.index(step.holder) for step in self.steps]
        if places != sorted(places):
            raise ValueError("steps stand in the order own, superiors, top, committee")
        kinds = [step.kind for step in self.steps]
        if kinds[0] is not StepKind.REVIEW or kinds.count(StepKind.PREASSIGNMENT) != 1:
            raise ValueError("a route begins with a review and has one pre-assignment")
        for step in self.steps:
            if step.kind is StepKind.PREASSIGNMENT and step.holder is not Holder.TOP_ORGANIZATION:
                raise ValueError("the top organisation assigns the committee")
            if (step.kind is StepKind.COMMITTEE_CHECK) != (step.holder is Holder.COMMITTEE_ORGANIZATION):
                raise ValueError("the committee's organisation holds the material check and nothing else")
        if kinds[-2:] != [StepKind.PREASSIGNMENT, StepKind.COMMITTEE_CHECK]:
            raise ValueError("a route ends with pre-assignment and one material check")
        if missing := {*CaseState} - set(self.states) | {*Action} - set(self.actions):
            raise ValueError(f"labels are missing: {sorted(missing)}")
        return self

    def step(self, step_id: str) -> Step:
        """The step with this id; a KeyError means data of another version."""
        return {step.id: step for step in self.steps}[step_id]


FORMS = "forms/"


class ReviewSlice(Message):
    """All that the review service needs of a profile, assembled from its files as they are published.

    sections: the form, of which remarks name places; none in versions that were stored before review was told it.
    """

    route: RouteRules
    sections: tuple[Section, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _assemble(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        forms = {name: part for name, part in content.items() if name.startswith(FORMS)}
        rest = {name: part for name, part in content.items() if name not in forms}
        sections = [part for name, part in forms.items() if name != f"{FORMS}form"]
        return {**rest, "sections": sections} if forms else rest

    def blocks(self) -> dict[str, Block]:
        """The blocks of the form by identifier."""
        return {block.id: block for section in self.sections for block in section.blocks}
