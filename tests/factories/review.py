"""What tests of review need around a case: an invented tree of organisations, people with posts, submissions."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis import context
from chassis.database import Database
from chassis.tables import OutboxRow
from contracts.base import Actor, Role, RoleGrant
from contracts.committee import CommitteeSummary
from contracts.declaration import SettingChoice, SubmissionCard
from contracts.errors import DomainError
from contracts.identity import OrganizationSummary
from contracts.profiles import ProfileSlice
from contracts.review import CaseStanding, DecideCase, Decision, LogAction, Recommendation
from deploy.publish import read
from services.review.operations import assigning, deciding, opening, recalling
from services.review.published import PROFILES
from services.review.queries import log
from services.review.tables import CaseCard, CaseStep

PROFILE = "hebei"
DEMO_NUMBER = "139901198406120029"
SLICE = read(PROFILE)[1]["review"]
ROUTE: dict[str, Any] = SLICE["route"]

SETTING = SettingChoice(
    category="teaching",
    title_series="higher_education",
    specialty="logic",
    declared_title="professor",
    title_level="full_senior",
    declaration_mode="normal",
    review_mode="review",
    labels={"category": "教学类", "title_series": "高等学校教师-本科", "declared_title": "教授"},
)
FACTS: dict[str, str | int | bool | None] = {
    "highest_education": "11",
    "first_education": "21",
    "school": "云汐演示大学",
    "major": "0101",
    "current_title": "associate_professor",
    "current_title_level": "deputy_senior",
    "title_obtained_on": "2019-06-30",
    "special_experience": "epidemic,rural",
}
RECOMMENDATION = Recommendation.model_validate(
    {
        "is_recommended": True,
        "notice_from": "2026-09-01",
        "notice_to": "2026-09-07",
        "has_objections": False,
        "panel_opinion": "同意推荐",
    }
)


def organization(name: str, parent: UUID | None = None, **values: Any) -> OrganizationSummary:
    """An invented organisation."""
    return OrganizationSummary(
        **{
            "organization_id": uuid.uuid4(),
            "parent_id": parent,
            "code": "0001",
            "name": name,
            "category": "employer",
            "region": "139901",
            "is_enabled": True,
            "may_create_committees": False,
            "may_form_committees": False,
            "version": 1,
        }
        | values
    )


@dataclass
class World:
    """A chain hospital → university → education department → office, the committee's unit, and the database."""

    database: Database
    office: OrganizationSummary
    education: OrganizationSummary
    university: OrganizationSummary
    hospital: OrganizationSummary
    committee_unit: OrganizationSummary
    version: int
    chains: dict[UUID, tuple[OrganizationSummary, ...]] = field(default_factory=dict)

    def chain(self, organization_id: UUID) -> tuple[OrganizationSummary, ...]:
        return self.chains[organization_id]

    def person(self, *posts: tuple[Role, OrganizationSummary]) -> Actor:
        """Somebody new with these posts."""
        return Actor(
            account_id=uuid.uuid4(),
            person_id=uuid.uuid4(),
            session_id=uuid.uuid4(),
            profile=PROFILE,
            roles=tuple(RoleGrant(role=role, organization_id=place.organization_id) for role, place in posts),
        )

    def officer(self, place: OrganizationSummary) -> Actor:
        return self.person((Role.CASE_OFFICER, place))

    def leader(self, place: OrganizationSummary) -> Actor:
        return self.person((Role.UNIT_LEADER, place))

    def card(self, **values: Any) -> SubmissionCard:
        """A submission from the hospital, unless said otherwise."""
        return SubmissionCard(
            **{
                "submission_id": uuid.uuid4(),
                "declaration_id": uuid.uuid4(),
                "submission_number": 1,
                "person_id": uuid.uuid4(),
                "account_id": uuid.uuid4(),
                "organization_id": self.hospital.organization_id,
                "declaration_year": datetime.now(UTC).year,
                "batch_id": uuid.uuid4(),
                "submitted_at": datetime.now(UTC),
                "profile_version": self.version,
                "real_name": "闻人溪",
                "id_document_no": DEMO_NUMBER,
                "setting": SETTING,
                "facts": FACTS,
            }
            | values
        )

    def open(self, card: SubmissionCard) -> UUID | None:
        """Let a submission arrive."""
        with self.database.begin(PROFILE) as session:
            return opening.open_case(session, profile=PROFILE, submission=card, chain=self.chain(card.organization_id))

    def opened(self, **values: Any) -> tuple[SubmissionCard, UUID]:
        """A submission whose case waits at its first place."""
        card = self.card(**values)
        case_id = self.open(card)
        assert case_id is not None
        return card, case_id

    def decide(
        self, actor: Actor, case_id: UUID, decision: Decision, *, version: int | None, **values: Any
    ) -> CaseStanding:
        """Decide as the service does."""
        command = DecideCase(
            **{
                "command_id": uuid.uuid4(),
                "expected_version": version,
                "case_id": case_id,
                "decision": decision,
                "recommendation": RECOMMENDATION if decision is Decision.PASS else None,
            }
            | values
        )
        with context.changed(actor=actor, profile=PROFILE), self.database.begin() as session:
            return deciding.decide_case(session, command=command, actor=actor, chains=self.chains)

    def climb(self, case_id: UUID) -> CaseStanding:
        """Pass a case from the hospital through all organisations to the pre-assignment."""
        version, standing = 1, None
        for place in self.chain(self.hospital.organization_id):
            for actor in (self.officer(place), self.leader(place)):
                standing = self.decide(actor, case_id, Decision.PASS, version=version)
                version = standing.version
        assert standing is not None
        return standing

    def events(self, case_id: UUID) -> list[tuple[str, int, dict[str, Any]]]:
        with self.database.begin() as session:
            rows = session.scalars(
                select(OutboxRow).where(OutboxRow.aggregate_id == case_id).order_by(OutboxRow.id)
            ).all()
            return [(row.topic.removeprefix("review."), row.number, row.payload) for row in rows]

    def state_of(self, case_id: UUID) -> CaseCard:
        with self.database.begin() as session:
            return session.get_one(CaseCard, case_id)

    def steps_of(self, case_id: UUID) -> list[CaseStep]:
        with self.database.begin() as session:
            return list(
                session.scalars(select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.number)).all()
            )

    def recall(self, applicant: Actor, submission_id: UUID) -> None:
        with context.changed(actor=applicant), self.database.begin() as session:
            recalling.recall(session, actor=applicant, submission_id=submission_id)

    def log_of(self, declaration_id: UUID, *, with_notes: bool = True) -> list[tuple[LogAction, str | None]]:
        with self.database.begin() as session:
            lines = log.routing_log(session, declaration_id=declaration_id, with_notes=with_notes)
            return [(line.action, line.opinion) for line in lines]

    def committee(self, **values: Any) -> CommitteeSummary:
        """An open committee run by the committee's unit."""
        return CommitteeSummary(
            **{
                "committee_id": uuid.uuid4(),
                "code": "HB01",
                "name": "云汐演示大学教师系列评审委员会",
                "year": 2026,
                "organization_id": self.committee_unit.organization_id,
                "is_open": True,
                "accepts_until": None,
            }
            | values
        )

    def choice(self, committee: CommitteeSummary, *covers: UUID) -> assigning.Choice:
        """What the service would have asked about a committee that covers these cases."""
        return assigning.choose(committee, self.chain(committee.organization_id), [((committee,), frozenset(covers))])


def applicant_of(card: Any) -> Actor:
    return Actor(
        account_id=card.account_id,
        person_id=card.person_id,
        session_id=uuid.uuid4(),
        profile=PROFILE,
        roles=(RoleGrant(role=Role.APPLICANT),),
    )


def race(*acts: Callable[[], object]) -> list[DomainError | None]:
    """Let all act at once, each in a thread and transaction of its own; who was refused, and how."""
    results: list[DomainError | None] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        with context.changed(profile=PROFILE):
            start.wait()
            try:
                acts[place]()
            except DomainError as refusal:
                results[place] = refusal

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def build_world(database: Database, *, route: dict[str, Any] | None = None) -> World:
    """Publish the route and invent a tree of its own."""
    content = SLICE | {"route": ROUTE | (route or {})}
    with database.begin(PROFILE) as session:
        version = int(uuid.uuid4().int % 1_000_000_000)
        profile_slice = ProfileSlice(profile=PROFILE, content_hash=uuid.uuid4().hex, content=content)
        PROFILES.store(session, profile_slice=profile_slice, version=version)
        PROFILES.activate(session, profile=PROFILE, version=version)
    office = organization("河北演示省职称改革办公室", category="title_authority")
    education = organization("河北演示省教育主管部门", office.organization_id, category="competent_department")
    university = organization("云汐演示大学", education.organization_id)
    hospital = organization("云汐演示大学附属医院", university.organization_id)
    committee_unit = organization("云汐演示大学评审委员会办公室", university.organization_id, category="committee_unit")
    world = World(database, office, education, university, hospital, committee_unit, version)
    upper = (university, education, office)
    for place in range(3):
        world.chains[upper[place].organization_id] = upper[place:]
    for below in (hospital, committee_unit):
        world.chains[below.organization_id] = (below, *upper)
    return world
