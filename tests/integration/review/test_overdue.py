"""Reminders of overdue work on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from chassis import clock, context
from chassis.database import ALL_PROFILES, Database
from chassis.tables import OutboxRow
from contracts.review import Decision
from services.review.operations.overdue import remind_of_overdue
from tests.factories.review import PROFILE, World, build_world

OPENED = datetime(2026, 9, 1, 1, tzinfo=UTC)


def reminders(world: World) -> list[tuple[str, str, int]]:
    own = {str(place.organization_id) for place in (world.hospital, world.university)}
    with world.database.begin(PROFILE) as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "review.WorkOverdue").order_by(OutboxRow.id))
        told: list[dict[str, Any]] = [row.payload for row in rows if row.payload["organization_id"] in own]
    return [(payload["organization_id"], payload["role"], payload["count"]) for payload in told]


def remind(world: World, moment: datetime) -> None:
    with clock.standing_at(moment), world.database.begin(ALL_PROFILES) as session:
        remind_of_overdue(session)


def test_holders_are_reminded_once_a_day_of_what_waits_too_long(database: Database) -> None:
    """After the profile's days each post is told its count, once a day; held and decided cases are not counted."""
    world = build_world(database)
    with clock.standing_at(OPENED), context.changed(profile=PROFILE):
        _, passed = world.opened()
        _, held = world.opened()
        world.opened()
        world.opened()
        officer = world.officer(world.hospital)
        world.decide(officer, passed, Decision.PASS, version=1)
        world.decide(officer, held, Decision.HOLD, version=1, opinion="待核实")
    hospital = str(world.hospital.organization_id)
    remind(world, OPENED + timedelta(days=10))
    assert reminders(world) == []
    for _ in range(2):
        remind(world, OPENED + timedelta(days=10, minutes=1))
    assert sorted(reminders(world)) == [(hospital, "case_officer", 2), (hospital, "unit_leader", 1)]
    remind(world, OPENED + timedelta(days=11))
    assert len(reminders(world)) == 4


def test_a_profile_may_do_without_reminders(database: Database) -> None:
    """Without overdue_days nobody is told."""
    world = build_world(database, route={"overdue_days": None})
    with clock.standing_at(OPENED), context.changed(profile=PROFILE):
        world.opened()
    remind(world, OPENED + timedelta(days=300))
    assert reminders(world) == []
