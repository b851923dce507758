"""Cases in a unit that is closed: whom the notify service tells of it, by the tree that identity shows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import context, settings
from chassis.consumer import Delivery
from chassis.database import Database
from chassis.wire import Method
from contracts.base import Envelope, Event, Role
from contracts.events import CaseAdvanced, WorkOverdue, WorkStranded
from contracts.identity import OrganizationSummary
from contracts.profiles import ProfileSlice
from deploy.publish import read
from services.notify.service import NotifyService
from services.notify.tables import NoticeRow

PROFILE = "hebei"


def unit(name: str, *, is_enabled: bool = True) -> OrganizationSummary:
    return OrganizationSummary(
        organization_id=uuid.uuid4(),
        parent_id=None,
        code="0001",
        name=name,
        category="employer",
        region="130100",
        is_enabled=is_enabled,
        may_create_committees=False,
        may_form_committees=False,
        version=1,
    )


class Tree:
    """What identity knows: a hospital, the university above it, the office above that, each with its own people."""

    def __init__(self) -> None:
        self.chain = [unit("第三医院"), unit("医科大学"), unit("省职改办")]
        self.holders: dict[tuple[UUID, Role], UUID] = {
            (one.organization_id, role): uuid.uuid4()
            for one in self.chain
            for role in (Role.CASE_OFFICER, Role.UNIT_LEADER)
        }

    def close(self, *places: int) -> None:
        for place in places:
            self.chain[place] = self.chain[place].model_copy(update={"is_enabled": False})

    def holder(self, place: int, role: Role = Role.CASE_OFFICER) -> UUID:
        return self.holders[self.chain[place].organization_id, role]

    def call(self, method: Method, arguments: dict[str, Any]) -> Any:
        if method.name == "ancestors":
            return tuple(self.chain)
        assert method.name == "accounts_with_role"
        return (self.holders[arguments["organization_id"], arguments["role"]],)


@pytest.fixture
def tree() -> Tree:
    return Tree()


@pytest.fixture
def tell(database_of: Callable[..., Database], tree: Tree) -> Callable[[Event], dict[UUID, tuple[str, Any]]]:
    """Delivers an event to the service; answers what each of the tree's people was told by it."""
    database = database_of("notify")
    service = NotifyService(settings.load("notify"), database=database, caller=tree)
    slice_ = read(PROFILE)[1]["notify"]
    with context.changed(profile=PROFILE), database.begin(PROFILE) as session:
        kept = ProfileSlice(profile=PROFILE, content_hash="notify", content=slice_)
        NotifyService.profiles.store(session, profile_slice=kept, version=1)
        NotifyService.profiles.activate(session, profile=PROFILE, version=1)

    def deliver(event: Event) -> dict[UUID, tuple[str, Any]]:
        envelope = Envelope(
            event_id=uuid.uuid4(),
            topic=event.topic(),
            profile=PROFILE,
            aggregate_id=uuid.uuid4(),
            number=1,
            occurred_at=datetime.now(UTC),
            account_id=None,
            trace_id="trace",
            payload=event.model_dump(mode="json"),
        )
        name, _ = service.handlers[event.topic()]
        with context.changed(profile=PROFILE):
            delivery = Delivery(envelope, database=database, consumer=f"notify.{event.topic()}")
            getattr(service, name)(event, delivery)
            with database.begin(PROFILE) as session:
                rows = session.scalars(select(NoticeRow).where(NoticeRow.account_id.in_(tree.holders.values())))
                return {row.account_id: (row.occasion, row.params) for row in rows}

    return deliver


def arrived(tree: Tree, role: Role = Role.CASE_OFFICER) -> CaseAdvanced:
    return CaseAdvanced(
        case_id=uuid.uuid4(),
        declaration_id=uuid.uuid4(),
        submission_id=uuid.uuid4(),
        step="unit_review",
        organization_id=tree.chain[0].organization_id,
        role=role,
        passed_by=None,
    )


def overdue(tree: Tree) -> WorkOverdue:
    return WorkOverdue(organization_id=tree.chain[0].organization_id, role=Role.UNIT_LEADER, count=3)


def closed(tree: Tree) -> WorkStranded:
    return WorkStranded(organization_id=tree.chain[0].organization_id, count=3)


def test_an_open_units_own_people_are_told(tree: Tree, tell: Any) -> None:
    """An arrival is told to those who hold the step, overdue work to those of its post; a closing is over."""
    assert tell(closed(tree)) == {}
    told = tell(arrived(tree))
    assert {who: occasion for who, (occasion, _) in told.items()} == {tree.holder(0): "work_arrived"}
    told = tell(overdue(tree))
    assert told[tree.holder(0, Role.UNIT_LEADER)] == ("work_overdue", {"count": 3})


@pytest.mark.parametrize(("happens", "count"), [(arrived, 1), (overdue, 3), (closed, 3)])
def test_of_a_closed_unit_the_next_open_superiors_officers_are_told(
    tree: Tree, tell: Any, happens: Callable[[Tree], Event], count: int
) -> None:
    """Whatever comes to wait in a closed unit is told to who can send it on, past superiors that are closed too."""
    tree.close(0, 1)
    assert tell(happens(tree)) == {tree.holder(2): ("work_stranded", {"unit": "第三医院", "count": count})}


def test_where_nobody_above_is_open_nobody_is_told(tree: Tree, tell: Any) -> None:
    """Nobody who cannot act is told."""
    tree.close(0, 1, 2)
    assert tell(arrived(tree)) == {}
