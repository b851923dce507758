"""Who hears of a meeting, and that the hint is the same whatever happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from chassis import live
from chassis.database import Database
from contracts.base import Actor, Role
from contracts.committee.envelope import Choice
from contracts.committee.scoring import ScoringStep
from contracts.errors import NotFound
from contracts.live import LookAgain, Topic
from services.committee import access
from services.committee.operations import roll
from tests.factories.judging import make_world, person


@contextmanager
def hints() -> Iterator[set[LookAgain]]:
    """What the transactions of the block announce."""
    found: set[LookAgain] = set()

    def committed(session: Session) -> None:
        found.update(announcement.look for announcement in session.info.get(live.WAITING, {}))

    event.listen(Session, "after_commit", committed)
    try:
        yield found
    finally:
        event.remove(Session, "after_commit", committed)


def test_those_hear_of_a_meeting_who_may_see_it(database: Database) -> None:
    """The audience of a meeting is exactly who may see it: its judges, its unit, the office above, the platform."""
    world = make_world(database)
    audience = world.ask(None, access.meeting_audience, meeting_id=world.meeting_id)
    told = {(grant.role, grant.organization_id) for grant in audience.posts}

    def hears(actor: Actor) -> bool:
        held = {(grant.role, grant.organization_id) for grant in actor.roles}
        return actor.account_id in audience.account_ids or bool(told & held)

    def sees(actor: Actor) -> bool:
        try:
            world.ask(actor, access.find_meeting, meeting_id=world.meeting_id)
        except NotFound:
            return False
        return True

    yes = (
        world.chair,
        world.judge(2),
        world.officer,
        world.auditor,
        person((Role.ORG_ADMIN, world.unit)),
        person((Role.SYSTEM_ADMIN, None)),
    )
    no = (
        person((Role.EXPERT, None)),
        person((Role.UNIT_LEADER, world.unit)),
        person((Role.APPLICANT, world.unit)),
        person((Role.CASE_OFFICER, UUID(int=7))),
    )
    assert [(sees(actor), hears(actor)) for actor in yes] == [(True, True)] * len(yes)
    assert [(sees(actor), hears(actor)) for actor in no] == [(False, False)] * len(no)
    nothing = world.ask(None, access.meeting_audience, meeting_id=UUID(int=8))
    assert (nothing.account_ids, nothing.posts) == ((), ())


@pytest.mark.req("HB-155")
def test_a_vote_is_announced_like_anything_else(database: Database) -> None:
    """A judge who opens the page and judges who vote for or against announce the same: the meeting, and no more."""
    world = make_world(database)
    opened = world.to_ballot()
    expected = {LookAgain(topic=Topic.MEETING, id=world.meeting_id)}
    for is_first in (True, False):
        with hints() as said:
            world.ask(world.judge(1), roll.be_present, meeting_id=world.meeting_id)
        assert said == (expected if is_first else set())
    for index, choice in ((1, Choice.APPROVE), (2, Choice.REJECT)):
        with hints() as said:
            world.vote(opened, index, {world.materials[0]: choice})
        assert said == expected


def test_every_act_of_scoring_is_announced(database: Database) -> None:
    """A score and its confirmation have everybody of the meeting look again."""
    world = make_world(database)
    world.start_scoring()
    expected = {LookAgain(topic=Topic.MEETING, id=world.meeting_id)}
    with hints() as said:
        world.score(world.materials[0], upto=ScoringStep.LEAD)
    assert said == expected
    with hints() as said:
        world.confirm(world.materials[0], ScoringStep.SECOND)
    assert said == expected
