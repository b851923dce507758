"""The pure rules of review: the workflow table, the route through any tree, what a decision must say, masks."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.base import Role
from contracts.errors import InvalidInput, WrongState
from contracts.review import Action, CaseState, Recommendation
from services.review.listing import years_before
from services.review.rules.masks import mask_number
from services.review.rules.profile import Holder, RecommendationRule, RouteRules, Step, StepKind
from services.review.rules.route import Place, committee_place, places_after, places_from
from services.review.rules.sayings import check_opinion, check_recommendation
from services.review.rules.workflow import LOG_ACTIONS, OPEN, TRANSITIONS, By, actions_of, transition
from services.review.scope import organizations_on, path_of

ROUTE: dict[str, Any] = yaml.safe_load(Path("profiles/hebei/route.yaml").read_text(encoding="utf-8"))
HEBEI = RouteRules.model_validate(ROUTE)
FINAL = set(CaseState) - OPEN


# the workflow table


def test_every_state_is_reached_and_final_states_are_left_by_nothing() -> None:
    """Each state of a case is reached from the submission, and what is final stays final."""
    reached = {row.to for row in TRANSITIONS if row.state is None}
    while more := {row.to for row in TRANSITIONS if row.state in reached} - reached:
        reached |= more
    assert reached == set(CaseState)
    assert not [row for row in TRANSITIONS if row.state in FINAL]


def test_every_action_has_a_row_a_log_line_and_words_in_both_languages() -> None:
    """No action is without transition, line in the routing log, and label in Chinese and English."""
    assert {row.action for row in TRANSITIONS} == set(Action) == set(LOG_ACTIONS) == set(HEBEI.actions)
    assert set(HEBEI.states) == set(CaseState)
    for label in (*HEBEI.actions.values(), *HEBEI.states.values(), *(step.label for step in HEBEI.steps)):
        assert label.in_locale("zh-CN") != label.in_locale("en")


def test_no_two_rows_answer_to_one_action() -> None:
    """In a state at a step an action leads to one place only."""
    keys = [(row.action, row.state, kind) for row in TRANSITIONS for kind in row.kinds]
    assert len(keys) == len(set(keys))


@pytest.mark.req("PL-11")
@given(st.sampled_from(list(Action)), st.sampled_from(list(CaseState)), st.sampled_from(list(StepKind)))
def test_what_the_table_does_not_have_is_refused(action: Action, state: CaseState, kind: StepKind) -> None:
    """An action that has no row for the state and the step is refused by its code."""
    rows = [row for row in TRANSITIONS if (row.action, row.state) == (action, state) and kind in row.kinds]
    if rows:
        assert transition(action, state, kind) is rows[0]
    else:
        with pytest.raises(WrongState):
            transition(action, state, kind)


def test_a_held_case_is_taken_up_before_it_is_decided() -> None:
    """审核待定 is undone by its holder before anything else (states.md §3.4)."""
    for kind in StepKind:
        assert actions_of(By.HOLDER, CaseState.HELD, kind) == (Action.RESUME,)


def test_recalling_needs_an_unreviewed_case_and_its_applicant() -> None:
    """Only the applicant recalls, and only from the waiting state."""
    assert {(row.state, row.by) for row in TRANSITIONS if row.action is Action.RECALL} == {
        (CaseState.WAITING, By.APPLICANT)
    }


# the route

CHAINS = st.lists(st.uuids(), min_size=1, max_size=9, unique=True)


def walk(rules: RouteRules, chain: list[uuid.UUID]) -> list[Place]:
    """The places of a case that everybody passes, each next one looked up from the place before."""
    places = [places_from(rules, chain, own=True)[0]]
    while following := places_after(rules, places[-1], chain[chain.index(places[-1].organization_id) :]):
        places.append(following[0])
    return places


@pytest.mark.req("HB-26", "HB-49")
@given(CHAINS)
def test_a_case_climbs_officer_then_leader_in_every_organisation_up_to_the_root(chain: list[uuid.UUID]) -> None:
    """Whatever the depth of the tree: officer, leader, parent's officer, parent's leader, …, then pre-assignment."""
    expected = [(organization, role) for organization in chain for role in (Role.CASE_OFFICER, Role.UNIT_LEADER)] + [
        (chain[-1], Role.CASE_OFFICER)
    ]
    places = walk(HEBEI, chain)
    assert [(place.organization_id, place.role) for place in places] == expected
    assert [place.step.kind for place in places[-2:]] == [StepKind.REVIEW, StepKind.PREASSIGNMENT]
    assert tuple(places) == places_from(HEBEI, chain, own=True)


@st.composite
def routes(draw: st.DrawFn) -> RouteRules:
    """Routes of other provinces: some roles missing, any number of steps with each holder."""
    steps = []
    for holder in (Holder.OWN_ORGANIZATION, Holder.EACH_SUPERIOR, Holder.TOP_ORGANIZATION):
        for number in range(draw(st.integers(0, 3))):
            steps.append(
                {
                    "id": f"{holder.value}_{number}",
                    "kind": "review",
                    "holder": holder,
                    "role": draw(st.sampled_from([Role.CASE_OFFICER, Role.UNIT_LEADER])),
                    "label": {"zh": "审核", "en": "Review"},
                }
            )
    if not steps:
        steps = [ROUTE["steps"][0]]
    return RouteRules.model_validate(ROUTE | {"steps": [*steps, *ROUTE["steps"][-2:]]})


@given(routes(), CHAINS)
def test_any_route_ends_at_the_pre_assignment_and_repeats_no_place(rules: RouteRules, chain: list[uuid.UUID]) -> None:
    """With any roles missing and any tree a case comes to the top's pre-assignment, each place once, never down."""
    places = walk(rules, chain)
    assert places[-1].step.kind is StepKind.PREASSIGNMENT
    assert len(set(places)) == len(places)
    heights = [chain.index(place.organization_id) for place in places]
    assert heights == sorted(heights)
    assert committee_place(rules, chain[0]).step.kind is StepKind.COMMITTEE_CHECK


@given(CHAINS, CHAINS, st.data())
def test_a_tree_that_changes_meanwhile_changes_only_the_way_ahead(
    chain: list[uuid.UUID], other: list[uuid.UUID], data: st.DataObject
) -> None:
    """After a move of the holder under another parent the case goes on from the holder along the new superiors."""
    place = data.draw(st.sampled_from([p for p in walk(HEBEI, chain) if p.step.kind is StepKind.REVIEW]))
    moved = [place.organization_id, *(one for one in other if one != place.organization_id)]
    ahead = places_after(HEBEI, place, moved)
    assert {p.organization_id for p in ahead} <= set(moved)
    assert ahead[-1] == Place(HEBEI.steps[-2], moved[-1])


@given(CHAINS)
def test_a_path_tells_the_organisations_above(chain: list[uuid.UUID]) -> None:
    """Path and chain say the same, and an organisation's path begins every path below it."""
    path = path_of(chain)
    assert list(organizations_on(path)) == chain
    assert path.startswith(path_of(chain[1:]))


@pytest.mark.parametrize(
    "change",
    [
        {"steps": []},
        {"steps": ROUTE["steps"][:-1]},
        {"steps": [ROUTE["steps"][0], *ROUTE["steps"]]},
        {"steps": list(reversed(ROUTE["steps"]))},
        {"steps": [ROUTE["steps"][0] | {"holder": "committee_organization"}, *ROUTE["steps"][1:]]},
        {"states": {"waiting": {"zh": "待审核", "en": "Waiting"}}},
        {"opinion_limit": 0},
        {"unknown": 1},
    ],
)
def test_a_route_that_cannot_be_walked_is_refused_at_publishing(change: dict[str, Any]) -> None:
    """A profile's faults are found when it is published, not when a case comes along."""
    with pytest.raises(ValidationError):
        RouteRules.model_validate(ROUTE | change)


def test_steps_are_values() -> None:
    """A step read twice from the same data is the same step."""
    assert Step.model_validate(ROUTE["steps"][0]) == HEBEI.steps[0]


# what a decision says

GOOD = Recommendation(
    is_recommended=True,
    notice_from=date(2026, 9, 1),
    notice_to=date(2026, 9, 7),
    has_objections=False,
    panel_opinion="同意推荐",
)


def faults(recommendation: Recommendation | None, rule: RecommendationRule) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        check_recommendation(recommendation, rule, limit=1000)
    return {fault.pointer: fault.code for fault in refused.value.faults}


@pytest.mark.req("HB-40")
def test_recommendation_data_is_asked_for_where_the_step_wants_it() -> None:
    """推荐情况, 公示情况 and 推荐小组意见 are required, free or refused as the step says, with every field at fault."""
    check_recommendation(GOOD, RecommendationRule.REQUIRED, limit=1000)
    check_recommendation(None, RecommendationRule.OPTIONAL, limit=1000)
    check_recommendation(None, RecommendationRule.NONE, limit=1000)
    assert faults(None, RecommendationRule.REQUIRED) == {"/recommendation": "review.required"}
    assert faults(GOOD, RecommendationRule.NONE) == {"/recommendation": "review.recommendation_not_asked"}
    bad = GOOD.model_copy(
        update={
            "notice_to": date(2026, 8, 31),
            "has_objections": True,
            "panel_opinion": "",
            "recommendation_text": "长" * 1001,
        }
    )
    assert faults(bad, RecommendationRule.OPTIONAL) == {
        "/recommendation/notice_to": "review.notice_ends_before_it_begins",
        "/recommendation/objections_text": "review.required",
        "/recommendation/panel_opinion": "review.required",
        "/recommendation/recommendation_text": "review.too_long",
    }


@pytest.mark.req("HB-32")
def test_an_opinion_has_at_most_a_thousand_characters() -> None:
    """1,000 code points pass, rare characters outside the basic plane count once, 1,001 are refused."""
    check_opinion("𬭎" * 1000, required=True, limit=HEBEI.opinion_limit)
    with pytest.raises(InvalidInput) as refused:
        check_opinion("𬭎" * 1001, required=True, limit=HEBEI.opinion_limit)
    assert refused.value.faults[0].params == {"limit": 1000, "actual": 1001}


# what lists show


@given(st.text(alphabet="0123456789X", min_size=1, max_size=30))
def test_a_masked_number_never_shows_the_middle(number: str) -> None:
    """At most ten places of a number are shown, at least one never, and its length stays."""
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert "*" in masked
    assert len(masked.replace("*", "")) <= 10


def test_a_masked_resident_number_hides_birth_date_and_sequence() -> None:
    """The eight places of the birth date are stars."""
    assert mask_number("139901198406120029") == "139901********0029"


def test_whole_years_end_on_the_last_day_of_february() -> None:
    """A title obtained on a leap day is a year old on 28 February."""
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert years_before(date(2026, 9, 1), 5) == date(2021, 9, 1)
