"""What tests of committees and meetings need: an office with its unit, people with posts, experts, admitted cases."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import yaml
from sqlalchemy import select

from chassis import context
from chassis.commands import carry_out
from chassis.database import Database
from chassis.tables import OutboxRow
from contracts.base import Actor, Command, Role, RoleGrant
from contracts.committee.committees import CommitteeData, CreateCommittee, PolicySettings, ScopeEntry
from contracts.committee.experts import (
    AddExpert,
    ExpertData,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
)
from contracts.committee.meetings import AddGroup, CreateMeeting, MeetingData
from contracts.committee.plans import MeetingAct, ReviewPlan, Seat, SeatJudges, WritePlan
from contracts.declaration import SettingChoice, SubmissionCard
from contracts.identifiers import resident_check_character
from contracts.identity import ExpertAccount, OrganizationSummary
from contracts.profiles import ProfileSlice
from contracts.review import AdmittedCase
from services.committee.operations import committees, experts, groups, materials, meetings, plan, pool
from services.committee.published import PROFILES
from services.committee.rules.profile import CommitteeProfile

PROFILE = "hebei"
FILES = Path(__file__).parents[2] / "profiles" / PROFILE
SERIES, SPECIALTY, LEVEL = "university_teacher_undergraduate", "01001", "intermediate"
SURNAMES = ("白", "钟", "苗", "庄", "霍", "阮", "纪", "舒", "柏", "商")
GIVEN_NAMES = ("若川", "起岚", "知夏", "予衡", "听澜", "一苇", "望舟", "以安", "栀宁", "书遥", "牧之")

Answer = TypeVar("Answer")
_numbers = itertools.count(1)


@cache
def slice_content() -> dict[str, Any]:
    """The files that the committee service works by, as they are published."""
    forms = sorted(f"forms/{path.stem}" for path in FILES.glob("forms/*.yaml"))
    names = ("meeting", "experts", "options", "catalogue", *forms)
    return {name: yaml.safe_load((FILES / f"{name}.yaml").read_text(encoding="utf-8")) for name in names}


@cache
def profile() -> CommitteeProfile:
    """The checked slice of the profile in the repository."""
    return CommitteeProfile.model_validate(slice_content())


def demo_number(count: int) -> str:
    """An identity number that was never issued to anybody."""
    day = date(1970, 1, 1).toordinal() + count // 999
    first = f"139901{date.fromordinal(day):%Y%m%d}{count % 999 + 1:03d}"
    return first + resident_check_character(first)


def demo_name(count: int) -> str:
    """An invented name."""
    return SURNAMES[count % len(SURNAMES)] + GIVEN_NAMES[count // len(SURNAMES) % len(GIVEN_NAMES)]


def organization(name: str, parent: UUID | None = None, **rights: bool) -> OrganizationSummary:
    """An invented organisation."""
    return OrganizationSummary(
        organization_id=uuid4(),
        parent_id=parent,
        code="D001",
        name=name,
        category="employer",
        region="139901",
        is_enabled=True,
        may_create_committees=rights.get("creates", False),
        may_form_committees=rights.get("forms", False),
        version=1,
    )


def person(*grants: RoleGrant, account_id: UUID | None = None, person_id: UUID | None = None) -> Actor:
    """Somebody signed in with these grants."""
    return Actor(
        account_id=account_id or uuid4(),
        person_id=person_id or uuid4(),
        session_id=uuid4(),
        profile=PROFILE,
        roles=grants,
    )


def policy(**values: Any) -> PolicySettings:
    """An open declaration window."""
    return PolicySettings(**{"opens_on": date(2026, 1, 1), "closes_on": date(2026, 12, 31)} | values)


@dataclass
class World:
    """One office with a unit that runs a committee, and the people who do the work."""

    database: Database
    office: OrganizationSummary
    unit: OrganizationSummary
    office_officer: Actor = field(init=False)
    admin: Actor = field(init=False)
    officer: Actor = field(init=False)
    second_officer: Actor = field(init=False)
    stranger: Actor = field(init=False)
    manager: Actor = field(init=False)
    committee_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        def post(role: Role, place: OrganizationSummary) -> Actor:
            return person(RoleGrant(role=role, organization_id=place.organization_id))

        self.office_officer = post(Role.CASE_OFFICER, self.office)
        self.admin = post(Role.ORG_ADMIN, self.unit)
        self.officer = post(Role.CASE_OFFICER, self.unit)
        self.second_officer = post(Role.CASE_OFFICER, self.unit)
        self.stranger = post(Role.CASE_OFFICER, organization("栎城演示医科大学"))
        self.committee_id = self.create_committee(code=f"HB{next(_numbers):04d}")
        self.manager = self.manager_of(self.committee_id)

    def events(self, name: str) -> list[dict[str, object]]:
        """What was announced under a name, in order."""
        with self.database.begin("hebei") as session:
            topic = f"committee.{name}"
            rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == topic).order_by(OutboxRow.id))
            return [row.payload for row in rows]

    def manager_of(self, committee_id: UUID) -> Actor:
        """Somebody who manages the pool of a committee."""
        manager = person(RoleGrant(role=Role.POOL_MANAGER, committee_id=committee_id))
        self.ask(
            committees.remember_pool_manager,
            as_actor=self.office_officer,
            committee_id=committee_id,
            account_id=manager.account_id,
        )
        return manager

    def do(self, operation: Callable[..., Answer], command: Command, *, as_actor: Actor, **arguments: Any) -> Answer:
        """Carry a command out as the service does."""
        with context.changed(actor=as_actor, profile=PROFILE), self.database.begin() as session:
            return carry_out(session, command, operation, command=command, actor=as_actor, **arguments)

    def ask(self, question: Callable[..., Answer], *, as_actor: Actor, **arguments: Any) -> Answer:
        """Ask a query as the service does."""
        with context.changed(actor=as_actor, profile=PROFILE), self.database.begin() as session:
            return question(session, actor=as_actor, **arguments)

    def create_committee(self, *, code: str, **values: Any) -> UUID:
        """A committee of the unit for one series."""
        data = self.committee_data(**values)
        card = self.do(
            committees.create_committee,
            CreateCommittee(command_id=uuid4(), code=code, data=data, policy=policy()),
            as_actor=self.office_officer,
            offices=(self.office,),
            unit_chain=(self.unit, self.office),
        )
        return card.committee_id

    def committee_data(self, **values: Any) -> CommitteeData:
        """HB-T24 filled in."""
        return CommitteeData(
            **{
                "name": "云汐演示大学教师系列中级评委会",
                "year": 2026,
                "organization_id": self.unit.organization_id,
                "level": "intermediate",
                "scope_kind": "unit",
                "scope": (ScopeEntry(title_series=SERIES),),
                "valid_from": date(2026, 1, 1),
                "valid_until": date(2027, 12, 31),
                "contact_name": "白若川",
                "contact_phone": "030020000007",
            }
            | values
        )

    def add_expert(self, *, employer: str, committee_id: UUID | None = None, **values: Any) -> UUID:
        """An expert in the pool, without account."""
        count = next(_numbers)
        wanted = committee_id or self.committee_id
        added = self.do(
            pool.add_expert,
            AddExpert(
                command_id=uuid4(),
                committee_id=wanted,
                expert=ExpertData(
                    **{
                        "real_name": demo_name(count),
                        "id_document_no": demo_number(count),
                        "mobile": f"1540000{count % 10000:04d}",
                        "employer_name": employer,
                        "specialties": (SPECIALTY,),
                    }
                    | values
                ),
            ),
            as_actor=self.manager if wanted == self.committee_id else self.manager_of(wanted),
            demonstration=True,
        )
        return added.expert_id

    def open_account(self, expert_id: UUID) -> Actor:
        """The expert with an account, as identity would open it."""
        account = ExpertAccount(reference=expert_id, account_id=uuid4(), person_id=uuid4(), activation_code=None)
        with context.changed(profile=PROFILE), self.database.begin() as session:
            pool.remember_accounts(session, accounts=(account,))
        return person(RoleGrant(role=Role.EXPERT), account_id=account.account_id, person_id=account.person_id)

    def fill_profile(self, actor: Actor, *, employer: str, former: tuple[str, ...] = ()) -> None:
        """Everything that an expert must fill in."""
        found = self.ask(experts.open_profile, as_actor=actor)
        revisions = {block.block: block.revision for block in found.blocks}
        known = next(block.content for block in found.blocks if block.block == "expert_profile")
        assert isinstance(known, dict)
        row = {"start_month": "1996-09", "end_month": "2000-06"}
        for block, content in {
            "expert_profile": known,
            "expert_work": {
                "employer": employer,
                "current_title": "教授",
                "title_level": "full_senior",
                "specialty": SPECIALTY,
                "title_obtained_on": "2012-06-30",
            },
            "expert_research": {"research_field": "逻辑学"},
            "educations": [row | {"school": "云汐演示大学", "major": "哲学", "education_level": "21", "degree": "4"}],
            "work_experiences": [row | {"org_name": name} for name in former or (employer,)],
        }.items():
            self.do(
                experts.save_expert_block,
                SaveExpertBlock(command_id=uuid4(), block=block, revision=revisions.get(block, 0), content=content),
                as_actor=actor,
            )

    def approved_expert(self, *, employer: str, former: tuple[str, ...] = (), **values: Any) -> tuple[UUID, Actor]:
        """An expert whose profile the unit's officer has approved."""
        expert_id = self.add_expert(employer=employer, **values)
        actor = self.open_account(expert_id)
        self.fill_profile(actor, employer=employer, former=former)
        self.do(experts.submit_expert_profile, SubmitExpertProfile(command_id=uuid4()), as_actor=actor)
        self.do(
            experts.review_experts,
            ReviewExperts(command_id=uuid4(), expert_ids=(expert_id,), approve=True),
            as_actor=self.officer,
        )
        return expert_id, actor

    def create_meeting(self, **values: Any) -> UUID:
        """A meeting of the unit's committee."""
        detail = self.do(
            meetings.create_meeting,
            CreateMeeting(
                command_id=uuid4(), organization_id=self.unit.organization_id, data=self.meeting_data(**values)
            ),
            as_actor=self.admin,
            unit_chain=(self.unit,),
        )
        return detail.card.meeting_id

    def meeting_data(self, **values: Any) -> MeetingData:
        """HB-T26 filled in."""
        return MeetingData(
            **{
                "name": "2026年度教师系列中级评审会议",
                "starts_at": datetime(2026, 12, 5, 1, 0, tzinfo=UTC),
                "ends_at": datetime(2026, 12, 6, 10, 0, tzinfo=UTC),
                "place": "云汐演示区无名路1号",
                "meeting_staff": "钟起岚",
                "committee_ids": (self.committee_id,),
            }
            | values
        )

    def add_group(self, meeting_id: UUID, name: str = "第一组", size: int = 9) -> UUID:
        """A group of the meeting."""
        detail = self.do(
            groups.add_group,
            AddGroup(command_id=uuid4(), meeting_id=meeting_id, name=name, size=size),
            as_actor=self.officer,
        )
        return next(group.group_id for group in detail.groups if group.name == name)

    def write_plan(self, meeting_id: UUID) -> None:
        """The plan with the profile's quorum and threshold."""
        self.do(
            plan.write_plan,
            WritePlan(command_id=uuid4(), meeting_id=meeting_id, text="按规定程序评审。"),
            as_actor=self.officer,
        )

    def seat(self, meeting_id: UUID, seats: dict[UUID, UUID]) -> None:
        """Seat experts in groups."""
        self.do(
            plan.seat_judges,
            SeatJudges(
                command_id=uuid4(),
                meeting_id=meeting_id,
                seats=tuple(Seat(expert_id=expert, group_id=group) for expert, group in seats.items()),
            ),
            as_actor=self.officer,
        )

    def approve_plan(self, meeting_id: UUID) -> None:
        """Submitted by one officer, passed by another."""
        self.do(plan.submit_plan, MeetingAct(command_id=uuid4(), meeting_id=meeting_id), as_actor=self.officer)
        self.do(
            plan.review_plan,
            ReviewPlan(command_id=uuid4(), meeting_id=meeting_id, approve=True),
            as_actor=self.second_officer,
        )

    def admit(self, *, employer: str, former: tuple[str, ...] = (), **values: Any) -> UUID:
        """A case that passed the material check; returns its submission."""
        case = admitted_case(self.committee_id, employer, **values)
        rows = [{"row_id": str(uuid4()), "version": 1, "values": {"org_name": name}} for name in former]
        with context.changed(profile=PROFILE), self.database.begin() as session:
            materials.admit(session, profile=PROFILE, case=case, blocks={"work_experiences": {"rows": rows}})
        return case.card.submission_id


def admitted_case(committee_id: UUID, employer: str, **values: Any) -> AdmittedCase:
    """A case of an invented applicant of this organisation."""
    count = next(_numbers)
    organization_id = uuid4()
    card = {
        "submission_id": uuid4(),
        "declaration_id": uuid4(),
        "submission_number": 1,
        "person_id": uuid4(),
        "account_id": uuid4(),
        "organization_id": organization_id,
        "declaration_year": 2026,
        "batch_id": uuid4(),
        "submitted_at": datetime(2026, 10, 8, 2, 0, tzinfo=UTC),
        "profile_version": 1,
        "real_name": demo_name(count),
        "id_document_no": demo_number(count),
        "setting": setting(),
        "facts": {"highest_education": "21"},
    } | values
    return AdmittedCase(
        case_id=uuid4(),
        committee_id=committee_id,
        card=SubmissionCard(**card),
        organization_name=employer,
        organization_ids=(organization_id,),
        recommendations=(),
        is_entrusted_review=False,
    )


def setting(**values: Any) -> SettingChoice:
    """A lecturer of philosophy."""
    return SettingChoice(
        **{
            "category": "teaching",
            "title_series": SERIES,
            "specialty": SPECIALTY,
            "declared_title": "general.intermediate",
            "title_level": LEVEL,
            "declaration_mode": "normal",
            "review_mode": "review",
            "labels": {"declared_title": "讲师"},
        }
        | values
    )


def build_world(database: Database) -> World:
    """A published profile, an office and its unit."""
    with context.changed(profile=PROFILE):
        with database.begin() as session:
            content = ProfileSlice(profile=PROFILE, content_hash="tests", content=slice_content())
            PROFILES.store(session, profile_slice=content, version=1)
            PROFILES.activate(session, profile=PROFILE, version=1)
        office = organization("河北演示省职称改革办公室", creates=True)
        unit = organization("云汐演示大学", office.organization_id, forms=True)
        return World(database, office, unit)


def new_id() -> UUID:
    """A command id."""
    return uuid.uuid4()
