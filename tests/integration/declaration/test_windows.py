"""The window of a batch: its last day, its extension, on a real PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from chassis import clock, context
from chassis.clock import SHANGHAI
from contracts.base import Role, RoleGrant
from contracts.declaration.batches import ExtendWindow
from contracts.declaration.drafts import (
    SettingInput,
    StartDeclaration,
)
from contracts.declaration.refusals import (
    BatchClosed,
    BatchNotOpen,
    WindowNotExtended,
)
from contracts.errors import (
    DomainError,
    NotAllowed,
)
from services.declaration.operations import batches, reminding
from services.declaration.queries import catalogue
from services.declaration.tables import Batch
from tests.factories.declaration import setting
from tests.factories.declaring import PROFILE, Declaring, applicant


@pytest.mark.req("PL-15")
@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), None),
        (datetime(2027, 1, 1, tzinfo=SHANGHAI), BatchClosed),
    ],
)
def test_the_last_day_counts_to_its_end(
    declaring: Declaring, moment: datetime, refusal: type[DomainError] | None
) -> None:
    """A submission at the last second of the end day is taken, one at midnight is refused."""
    person = applicant()
    declaration_id = declaring.start(person).declaration_id
    declaring.complete(person, declaration_id)
    with clock.standing_at(moment):
        if refusal is None:
            declaring.submit(person, declaration_id)
        else:
            with pytest.raises(refusal):
                declaring.submit(person, declaration_id)
            assert declaring.view(person, declaration_id).declaration.state == "draft"


def test_a_batch_that_is_closed_or_not_open_takes_nothing(declaring: Declaring) -> None:
    """Declaring in a batch of the past or of the future is refused."""
    with declaring.database.begin() as session:
        known = {one.code: one.batch_id for one in catalogue.batches(session)}
    for code, refusal in (("2025", BatchClosed), ("2027", BatchNotOpen)):
        command = StartDeclaration(command_id=uuid.uuid4(), setting=SettingInput(**setting()), batch_id=known[code])
        with pytest.raises(refusal):
            declaring.start(applicant(), command=command)


def test_an_extended_window_holds_at_once_and_is_told(declaring: Declaring) -> None:
    """Only the platform's administrator extends, never shortens; open declarations hear of it once."""
    person, administrator = applicant(), applicant(roles=(RoleGrant(role=Role.SYSTEM_ADMIN),))
    with (
        clock.standing_at(datetime(2028, 12, 1, tzinfo=UTC)),
        context.changed(arrived_at=datetime(2028, 12, 1, tzinfo=UTC)),
    ):
        declaration_id = declaring.start(person).declaration_id
        with declaring.database.begin() as session:
            batch = session.scalars(select(Batch).where(Batch.code == "2028")).one()
        command = ExtendWindow(
            command_id=uuid.uuid4(),
            batch_id=batch.id,
            expected_version=1,
            closes_on=date(2029, 1, 15),
            reason="系统维护后顺延",
        )
        with pytest.raises(NotAllowed):
            declaring.execute(batches.extend_window, command, person)
        assert declaring.execute(batches.extend_window, command, administrator).closes_on == date(2029, 1, 15)
        shorter = command.model_copy(
            update={"command_id": uuid.uuid4(), "expected_version": 2, "closes_on": date(2029, 1, 15)}
        )
        with pytest.raises(WindowNotExtended):
            declaring.execute(batches.extend_window, shorter, administrator)
        for _ in range(2):
            with declaring.database.begin("*") as session:
                reminding.tell_extended_windows(session)
        with declaring.database.begin() as session:
            history = catalogue.window_history(session, batch_id=batch.id)
        assert [one.closes_on for one in history] == [date(2029, 1, 15), date(2028, 12, 31)]
        assert declaring.events(declaration_id) == [("WindowExtended", 1)]
        view = declaring.view(person, declaration_id).declaration
        assert view.deadline == datetime(2029, 1, 16, tzinfo=SHANGHAI)
    for day, reminded in ((11, 0), (13, 1), (14, 1)):
        with clock.standing_at(datetime(2029, 1, day, 4, tzinfo=UTC)), declaring.database.begin("*") as session:
            reminding.remind_of_deadlines(session)
        told = [topic for topic, _ in declaring.events(declaration_id)]
        assert told.count("DeadlineNear") == reminded


def test_publishing_again_leaves_windows_alone(declaring: Declaring) -> None:
    """Batches that the installation knows keep what was decided about them."""
    with declaring.database.begin() as session:
        before = catalogue.batches(session)
        batches.begin_batches(session, profile=PROFILE, batches=declaring.profile.batches)
        assert catalogue.batches(session) == before
