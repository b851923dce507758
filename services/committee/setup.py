"""The bus entrypoints up to the submitted scoring standard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis import context
from chassis.consumer import Delivery
from chassis.service import client, on
from contracts.base import Page
from contracts.committee.committees import (
    CommitteeCard,
    CommitteeDetail,
    CommitteeFilter,
    CommitteeOptions,
    CommitteeSummary,
    CreateCommittee,
    EditCommittee,
    GrantPool,
    OpenCommittee,
    OpenPool,
    ResetPool,
    SetPolicy,
)
from contracts.committee.experts import LogLine
from contracts.committee.materials import (
    AppointChair,
    AskLift,
    ConflictFilter,
    ConflictRow,
    DecideConflict,
    LiftConflict,
    MaterialFilter,
    MaterialRow,
    Placed,
    PlaceMaterials,
    ReplaceChair,
    SetStandard,
    Standard,
)
from contracts.committee.meetings import (
    AddGroup,
    CreateMeeting,
    EditGroup,
    EditMeeting,
    MeetingAudience,
    MeetingCard,
    MeetingDetail,
    MeetingFilter,
    MeetingOverview,
    RemoveGroup,
    WaitingWork,
)
from contracts.committee.plans import (
    DrawRecord,
    MeetingAct,
    PlanEditions,
    PrepareDraw,
    ReviewPlan,
    RunDraw,
    SeatableExpert,
    SeatableFilter,
    SeatJudges,
    WritePlan,
)
from contracts.declaration import DeclarationApi, SettingChoice
from contracts.events import CaseAdmitted
from contracts.identity import (
    HandedOver,
    OpenPoolAccount,
    OrganizationSummary,
)
from contracts.review import ReviewApi
from services.committee import access
from services.committee.access import OFFICE_ROLES
from services.committee.entry import Entrypoints
from services.committee.operations import (
    chair,
    committees,
    conflicts,
    draws,
    groups,
    materials,
    meetings,
    plan,
    standard,
)
from services.committee.queries import committees as committee_queries
from services.committee.queries import conflicts as conflict_queries
from services.committee.queries import materials as material_queries
from services.committee.queries import meetings as meeting_queries
from services.committee.queries import plans as plan_queries
from services.committee.queries import standards as standard_queries
from services.committee.queries import waiting as waiting_queries


class SetupEntrypoints(Entrypoints):
    """The methods of `SetupApi` and of publishing, and the event that brings materials."""

    declaration = client(DeclarationApi)
    review = client(ReviewApi)

    @on(CaseAdmitted)
    def admit_case(self, event: CaseAdmitted, delivery: Delivery) -> None:
        case = self.review.admitted_case(case_id=event.case_id)
        content = self.declaration.submission_content(submission_id=event.submission_id)
        with delivery.once() as session:
            materials.admit(session, profile=delivery.envelope.profile, case=case, blocks=content.blocks)

    # for other services

    def accepting_committees(
        self, *, setting: SettingChoice, declaration_year: int, organization_ids: tuple[UUID, ...]
    ) -> tuple[CommitteeSummary, ...]:
        units = self.identity.organizations(organization_ids=organization_ids[:1])
        return self.ask(
            committee_queries.accepting,
            setting=setting,
            declaration_year=declaration_year,
            organization_ids=organization_ids,
            region="".join(unit.region for unit in units),
        )

    def committee(self, *, committee_id: UUID) -> CommitteeSummary:
        return self.ask(committee_queries.summary, committee_id=committee_id)

    def open_committees(self) -> tuple[OpenCommittee, ...]:
        return self.ask(committee_queries.open_committees)

    def meeting_facts(self, *, meeting_id: UUID) -> dict[str, Any]:
        return self.ask(meeting_queries.meeting_facts, meeting_id=meeting_id)

    def meeting_audience(self, *, meeting_id: UUID) -> MeetingAudience:
        return self.ask(access.meeting_audience, meeting_id=meeting_id)

    # committees

    def committee_options(self) -> CommitteeOptions:
        return self.ask(committee_queries.committee_options, actor=context.actor())

    def create_committee(self, *, command: CreateCommittee) -> CommitteeCard:
        actor = context.actor()
        return self.execute(
            committees.create_committee,
            command,
            actor=actor,
            offices=self._organizations(*actor.organizations(*OFFICE_ROLES)),
            unit_chain=self.identity.ancestors(organization_id=command.data.organization_id),
        )

    def edit_committee(self, *, command: EditCommittee) -> CommitteeCard:
        unit_chain = self.identity.ancestors(organization_id=command.data.organization_id)
        return self.execute(committees.edit_committee, command, actor=context.actor(), unit_chain=unit_chain)

    def set_policy(self, *, command: SetPolicy) -> CommitteeCard:
        return self.execute(committees.set_policy, command, actor=context.actor())

    def committees(self, *, wanted: CommitteeFilter) -> Page[CommitteeCard]:
        return self.ask(committee_queries.committees, actor=context.actor(), wanted=wanted)

    def committee_detail(self, *, committee_id: UUID) -> CommitteeDetail:
        return self.ask(committee_queries.committee_detail, actor=context.actor(), committee_id=committee_id)

    def grant_pool(self, *, command: GrantPool) -> CommitteeCard:
        actor = context.actor()
        committee = self.ask(committees.committee_of_office, committee_id=command.committee_id, actor=actor)
        self.identity.grant_pool_manager(
            command_id=command.command_id,
            account_id=command.account_id,
            committee_id=committee.id,
            committee_code=committee.code,
        )
        return self.ask(
            committees.remember_pool_manager,
            committee_id=committee.id,
            account_id=command.account_id,
            actor=actor,
        )

    def open_pool(self, *, command: OpenPool) -> HandedOver:
        actor = context.actor()
        committee = self.ask(committees.committee_of_office, committee_id=command.committee_id, actor=actor)
        opened = self.identity.open_pool_account(
            command=OpenPoolAccount(
                command_id=command.command_id,
                organization_id=committee.organization_id,
                committee_id=committee.id,
                committee_code=committee.code,
                login_name=command.login_name,
                real_name=command.real_name,
                mobile=command.mobile,
            )
        )
        self.ask(
            committees.remember_pool_manager,
            committee_id=committee.id,
            account_id=opened.account_id,
            actor=actor,
        )
        return opened

    def reset_pool(self, *, command: ResetPool) -> HandedOver:
        account_id = self.ask(
            committees.pool_manager_account,
            committee_id=command.committee_id,
            account_id=command.account_id,
            actor=context.actor(),
        )
        return self.reissue(command.command_id, account_id)

    # meetings

    def create_meeting(self, *, command: CreateMeeting) -> MeetingDetail:
        unit_chain = self.identity.ancestors(organization_id=command.organization_id)
        return self.execute(meetings.create_meeting, command, actor=context.actor(), unit_chain=unit_chain)

    def edit_meeting(self, *, command: EditMeeting) -> MeetingDetail:
        return self.execute(meetings.edit_meeting, command, actor=context.actor())

    def meetings(self, *, wanted: MeetingFilter) -> Page[MeetingCard]:
        return self.ask(meeting_queries.meetings, actor=context.actor(), wanted=wanted)

    def meeting(self, *, meeting_id: UUID) -> MeetingDetail:
        return self.ask(meeting_queries.meeting_detail, actor=context.actor(), meeting_id=meeting_id)

    def waiting_work(self) -> WaitingWork:
        return self.ask(waiting_queries.waiting_work, actor=context.actor())

    def meeting_overview(self, *, meeting_id: UUID) -> MeetingOverview:
        actor = context.actor()
        overview = self.ask(meeting_queries.meeting_overview, actor=actor, meeting_id=meeting_id)
        names = self.names_of(self.ask(meeting_queries.actors_of, actor=actor, meeting_id=meeting_id))
        lines = tuple(
            line.model_copy(update={"done_by_name": names.get(line.done_by)}) if line.done_by else line
            for line in overview.lines
        )
        return overview.model_copy(update={"lines": lines})

    def add_group(self, *, command: AddGroup) -> MeetingDetail:
        return self.execute(groups.add_group, command, actor=context.actor())

    def edit_group(self, *, command: EditGroup) -> MeetingDetail:
        return self.execute(groups.edit_group, command, actor=context.actor())

    def remove_group(self, *, command: RemoveGroup) -> MeetingDetail:
        return self.execute(groups.remove_group, command, actor=context.actor())

    # plan and draw

    def plans(self, *, meeting_id: UUID) -> PlanEditions:
        found = self.ask(plan_queries.plans, actor=context.actor(), meeting_id=meeting_id)
        editions = [edition for edition in (found.in_force, found.open) if edition]
        names = self.names_of(line.account_id for edition in editions for line in edition.log)
        return found.model_copy(
            update={
                place: edition.model_copy(update={"log": _named(edition.log, names)})
                for place, edition in (("in_force", found.in_force), ("open", found.open))
                if edition
            }
        )

    def seatable_experts(self, *, wanted: SeatableFilter) -> Page[SeatableExpert]:
        return self.ask(plan_queries.seatable_experts, actor=context.actor(), wanted=wanted)

    def write_plan(self, *, command: WritePlan) -> PlanEditions:
        return self.execute(plan.write_plan, command, actor=context.actor())

    def seat_judges(self, *, command: SeatJudges) -> PlanEditions:
        return self.execute(plan.seat_judges, command, actor=context.actor())

    def prepare_draw(self, *, command: PrepareDraw) -> DrawRecord:
        return self.execute(draws.prepare_draw, command, actor=context.actor())

    def run_draw(self, *, command: RunDraw) -> DrawRecord:
        return self.execute(draws.run_draw, command, actor=context.actor())

    def draws(self, *, meeting_id: UUID) -> tuple[DrawRecord, ...]:
        return self.ask(plan_queries.draws, actor=context.actor(), meeting_id=meeting_id)

    def submit_plan(self, *, command: MeetingAct) -> PlanEditions:
        return self.execute(plan.submit_plan, command, actor=context.actor())

    def review_plan(self, *, command: ReviewPlan) -> PlanEditions:
        return self.execute(plan.review_plan, command, actor=context.actor())

    def revise_plan(self, *, command: MeetingAct) -> PlanEditions:
        return self.execute(plan.revise_plan, command, actor=context.actor())

    # chair, materials, conflicts, standard

    def appoint_chair(self, *, command: AppointChair) -> MeetingDetail:
        return self.execute(chair.appoint_chair, command, actor=context.actor())

    def replace_chair(self, *, command: ReplaceChair) -> MeetingDetail:
        return self.execute(chair.replace_chair, command, actor=context.actor())

    def materials(self, *, wanted: MaterialFilter) -> Page[MaterialRow]:
        return self.ask(material_queries.materials, actor=context.actor(), wanted=wanted)

    def place_materials(self, *, command: PlaceMaterials) -> Placed:
        return self.execute(materials.place_materials, command, actor=context.actor())

    def conflicts(self, *, wanted: ConflictFilter) -> Page[ConflictRow]:
        return self.ask(conflict_queries.conflicts, actor=context.actor(), wanted=wanted)

    def decide_conflict(self, *, command: DecideConflict) -> ConflictRow:
        return self.execute(conflicts.decide_conflict, command, actor=context.actor())

    def ask_lift(self, *, command: AskLift) -> ConflictRow:
        return self.execute(conflicts.ask_lift, command, actor=context.actor())

    def lift_conflict(self, *, command: LiftConflict) -> ConflictRow:
        return self.execute(conflicts.lift_conflict, command, actor=context.actor())

    def standard(self, *, meeting_id: UUID) -> Standard:
        return self.ask(standard_queries.standard, actor=context.actor(), meeting_id=meeting_id)

    def set_standard(self, *, command: SetStandard) -> Standard:
        return self.execute(standard.set_standard, command, actor=context.actor())

    def submit_standard(self, *, command: MeetingAct) -> Standard:
        return self.execute(standard.submit_standard, command, actor=context.actor())

    def _organizations(self, *organization_ids: UUID) -> tuple[OrganizationSummary, ...]:
        return self.identity.organizations(organization_ids=organization_ids)


def _named(log: tuple[LogLine, ...], names: dict[UUID, str]) -> tuple[LogLine, ...]:
    return tuple(line.model_copy(update={"account_name": names.get(line.account_id)}) for line in log)
