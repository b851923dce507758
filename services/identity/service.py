"""The bus entry points of identity: each opens a transaction and hands over to an operation or a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import commands, context
from chassis.database import Database
from chassis.loops import every
from chassis.operated import operator
from chassis.profiles import Profiles, ProfileService
from chassis.rpc import Caller
from chassis.service import serve
from chassis.tokens import signer
from contracts.base import Actor, Command, Page, Role
from contracts.identity import (
    AccountAct,
    AccountName,
    AccountOptions,
    AccountRow,
    AccountView,
    Activation,
    ApplicantFilter,
    CaptchaChallenge,
    ChangeAccount,
    ChangeOrganization,
    Contact,
    CreateOrganization,
    Enrolment,
    ExpertAccount,
    ExpertAccountRequest,
    Founded,
    HandedOver,
    IdentityApi,
    OpenApplicantAccount,
    OpenPoolAccount,
    OpenSession,
    OpenStaffAccount,
    OrganizationAct,
    OrganizationCreated,
    OrganizationDetail,
    OrganizationFilter,
    OrganizationRow,
    OrganizationSummary,
    Origin,
    OwnContact,
    PasswordChange,
    PersonFacts,
    RecoveryCompletion,
    RecoveryMessage,
    RecoveryRequest,
    RecoveryStarted,
    ResolvedSession,
    SessionView,
    SetCommitteeRights,
    SetStaffRoles,
    SignedIn,
    SignIn,
    StaffFilter,
    WithdrawEnrolment,
)
from contracts.identity.imports import (
    ApplicantImport,
    CheckApplicants,
    FaultyRows,
    ImportTemplate,
    OpenCheckedApplicants,
    OpenedApplicants,
)
from services.identity import acting, imported, queries
from services.identity.operations import (
    accounts,
    applicants,
    captchas,
    expert_accounts,
    forgetting,
    founding,
    imports,
    organizations,
    passwords,
    recovery,
    sign_in,
    staff,
)
from services.identity.rules.profile import AccountRules, Slice
from services.identity.settings import Settings

Answer = TypeVar("Answer")


@serve(IdentityApi)
class IdentityService(ProfileService[Settings]):
    """Who people and organisations are, and who may act as what."""

    profiles: Profiles[Slice]

    def __init__(self, settings: Settings, *, database: Database, caller: Caller) -> None:
        super().__init__(settings, database=database, caller=caller)
        self.profiles = Profiles(Slice)
        self._signer = signer(self.name, settings)

    def _rules_in(self, session: Session) -> AccountRules:
        return self.profiles.current(session, accounts.own_profile())[1].accounts

    def _rules(self) -> AccountRules:
        with self.database.begin() as session:
            return self._rules_in(session)

    def _carry_out(
        self,
        session: Session,
        operation: Callable[Concatenate[Session, ...], Answer],
        command: Command,
        **arguments: Any,
    ) -> Answer:
        return commands.carry_out(session, command, operation, command=command, actor=context.actor(), **arguments)

    def found(self, *, profile: str) -> Founded:
        with context.changed(profile=profile), self.database.begin() as session:
            return founding.found(session, rules=self._rules_in(session))

    # what other services ask

    def organizations(self, *, organization_ids: tuple[UUID, ...]) -> tuple[OrganizationSummary, ...]:
        with self.database.begin() as session:
            return queries.organizations(session, organization_ids)

    def ancestors(self, *, organization_id: UUID) -> tuple[OrganizationSummary, ...]:
        with self.database.begin() as session:
            return queries.ancestors(session, organization_id)

    def accounts_with_role(self, *, organization_id: UUID, role: Role) -> tuple[UUID, ...]:
        with self.database.begin() as session:
            return queries.accounts_with_role(session, organization_id=organization_id, role=role)

    def acting_as(self, *, account_id: UUID) -> Actor:
        with self.database.begin() as session:
            return acting.acting_without_session(session, account_id)

    def contacts(self, *, account_ids: tuple[UUID, ...]) -> tuple[Contact, ...]:
        with self.database.begin() as session:
            return queries.contacts(session, account_ids)

    def account_names(self, *, account_ids: tuple[UUID, ...]) -> tuple[AccountName, ...]:
        with self.database.begin() as session:
            return queries.account_names(session, account_ids)

    def masked_names(self, *, account_ids: tuple[UUID, ...]) -> tuple[AccountName, ...]:
        operator()
        with self.database.begin() as session:
            return queries.masked_names(session, account_ids)

    def account_called(self, *, login_name: str) -> AccountName:
        operator()
        with self.database.begin() as session:
            return queries.account_called(session, login_name)

    def recovery_message(self, *, recovery_id: UUID) -> RecoveryMessage:
        with self.database.begin() as session:
            minutes = self._rules_in(session).recovery.minutes
            return queries.recovery_message(session, recovery_id, minutes=minutes)

    def person(self, *, person_id: UUID) -> PersonFacts:
        with self.database.begin() as session:
            return queries.person_facts(session, person_id)

    def enrolment(self, *, account_id: UUID, year: int) -> Enrolment:
        with self.database.begin() as session:
            return queries.enrolment(session, account_id=account_id, year=year)

    def open_expert_accounts(
        self, *, command_id: UUID, experts: tuple[ExpertAccountRequest, ...]
    ) -> tuple[ExpertAccount, ...]:
        command = expert_accounts.OpenExpertAccounts(command_id=command_id, experts=experts)
        opened = self.execute(
            expert_accounts.open_expert_accounts,
            command,
            rules=self._rules(),
            demonstration=self.settings.demonstration,
        )
        return opened.accounts

    def grant_pool_manager(
        self, *, command_id: UUID, account_id: UUID, committee_id: UUID, committee_code: str | None = None
    ) -> None:
        self.execute(
            expert_accounts.grant_pool_manager,
            expert_accounts.PoolManagement(
                command_id=command_id,
                account_id=account_id,
                committee_id=committee_id,
                committee_code=committee_code,
            ),
        )

    def revoke_pool_manager(self, *, command_id: UUID, account_id: UUID, committee_id: UUID) -> None:
        self.execute(
            expert_accounts.revoke_pool_manager,
            expert_accounts.PoolManagement(command_id=command_id, account_id=account_id, committee_id=committee_id),
        )

    def open_pool_account(self, *, command: OpenPoolAccount) -> HandedOver:
        return self.execute(expert_accounts.open_pool_account, command, rules=self._rules())

    def reissue_activation(self, *, command: AccountAct) -> HandedOver:
        return self.execute(expert_accounts.reissue_activation, command, actor=context.actor(), rules=self._rules())

    # signing in

    def captcha(self, *, spoken: bool = False) -> CaptchaChallenge:
        return captchas.make_captcha(
            self.database, rules=self._rules().captcha, shown_at=self.settings.answers_shown_at, spoken=spoken
        )

    def sign_in(self, *, request: SignIn, origin: Origin) -> SignedIn:
        return sign_in.sign_in(self.database, request=request, origin=origin, rules=self._rules())

    def activate(self, *, request: Activation, origin: Origin) -> None:
        sign_in.activate(self.database, request=request, origin=origin, rules=self._rules())

    def request_recovery(self, *, request: RecoveryRequest, origin: Origin) -> RecoveryStarted:
        return recovery.request_recovery(self.database, request=request, origin=origin, rules=self._rules())

    def complete_recovery(self, *, request: RecoveryCompletion, origin: Origin) -> None:
        recovery.complete_recovery(self.database, request=request, origin=origin, rules=self._rules())

    def resolve_session(self, *, token: str) -> ResolvedSession:
        with self.database.begin() as session:
            return sign_in.resolve_session(session, token=token, signer=self._signer)

    def watch_sessions(self, *, session_ids: tuple[UUID, ...], roles: bool = False) -> tuple[OpenSession, ...]:
        with self.database.begin() as session:
            return sign_in.watch_sessions(session, session_ids, roles=roles)

    # the signed-in account

    def sign_out(self) -> None:
        actor = context.actor()
        with self.database.begin() as session:
            sign_in.end_session(session, actor=actor, session_id=actor.session_id)

    def whoami(self) -> AccountView:
        with self.database.begin() as session:
            return queries.whoami(session, actor=context.actor())

    def sessions(self) -> tuple[SessionView, ...]:
        with self.database.begin() as session:
            return queries.open_sessions(session, actor=context.actor())

    def end_session(self, *, session_id: UUID) -> None:
        with self.database.begin() as session:
            sign_in.end_session(session, actor=context.actor(), session_id=session_id)

    def change_password(self, *, request: PasswordChange, origin: Origin) -> None:
        passwords.change_password(
            self.database, actor=context.actor(), request=request, origin=origin, rules=self._rules()
        )

    def change_contact(self, *, request: OwnContact, origin: Origin) -> AccountView:
        passwords.change_contact(
            self.database, actor=context.actor(), request=request, origin=origin, rules=self._rules()
        )
        return self.whoami()

    def account_options(self) -> AccountOptions:
        return queries.account_options(self._rules(), demonstration=self.settings.demonstration)

    # organisations

    def list_organizations(self, *, request: OrganizationFilter) -> Page[OrganizationRow]:
        with self.database.begin() as session:
            return queries.list_organizations(session, actor=context.actor(), request=request)

    def organization(self, *, organization_id: UUID) -> OrganizationDetail:
        with self.database.begin() as session:
            return queries.visible_organization(session, actor=context.actor(), organization_id=organization_id)

    def create_organization(self, *, command: CreateOrganization) -> OrganizationCreated:
        with self.database.begin() as session:
            return self._carry_out(
                session,
                organizations.create_organization,
                command,
                rules=self._rules_in(session),
                demonstration=self.settings.demonstration,
            )

    def change_organization(self, *, command: ChangeOrganization) -> OrganizationDetail:
        with self.database.begin() as session:
            changed = self._carry_out(
                session,
                organizations.change_organization,
                command,
                rules=self._rules_in(session),
                demonstration=self.settings.demonstration,
            )
            return queries.organization_detail(session, changed)

    def set_committee_rights(self, *, command: SetCommitteeRights) -> OrganizationDetail:
        with self.database.begin() as session:
            changed = self._carry_out(session, organizations.set_committee_rights, command)
            return queries.organization_detail(session, changed)

    def disable_organization(self, *, command: OrganizationAct) -> OrganizationDetail:
        with self.database.begin() as session:
            changed = self._carry_out(session, organizations.disable_organization, command)
            return queries.organization_detail(session, changed)

    def enable_organization(self, *, command: OrganizationAct) -> OrganizationDetail:
        with self.database.begin() as session:
            changed = self._carry_out(session, organizations.enable_organization, command)
            return queries.organization_detail(session, changed)

    def delete_organization(self, *, command: OrganizationAct) -> None:
        with self.database.begin() as session:
            self._carry_out(session, organizations.delete_organization, command)

    def reset_administrator(self, *, command: OrganizationAct) -> HandedOver:
        with self.database.begin() as session:
            return self._carry_out(session, organizations.reset_administrator, command, rules=self._rules_in(session))

    # accounts of the unit

    def list_staff(self, *, request: StaffFilter) -> Page[AccountRow]:
        with self.database.begin() as session:
            return queries.list_staff(session, actor=context.actor(), request=request)

    def open_staff_account(self, *, command: OpenStaffAccount) -> HandedOver:
        with self.database.begin() as session:
            return self._carry_out(session, staff.open_staff_account, command, rules=self._rules_in(session))

    def set_staff_roles(self, *, command: SetStaffRoles) -> AccountRow:
        with self.database.begin() as session:
            return queries.account_row(session, self._carry_out(session, staff.set_staff_roles, command))

    def list_applicants(self, *, request: ApplicantFilter) -> Page[AccountRow]:
        with self.database.begin() as session:
            return queries.list_applicants(session, actor=context.actor(), request=request)

    def applicant_template(self) -> ImportTemplate:
        rules = imports.import_rules(self._rules())
        return ImportTemplate(
            sheet=rules.sheet,
            columns=tuple(rules.columns.values()),
            example=tuple(rules.example.get(field, "") for field in rules.columns),
            notes=tuple(rules.notes.get(field, "") for field in rules.columns),
        )

    def check_applicants(self, *, command: CheckApplicants) -> ApplicantImport:
        return self.execute(imports.check_applicants, command, actor=context.actor(), rules=self._rules())

    def applicant_import(self, *, import_id: UUID) -> ApplicantImport:
        with self.database.begin() as session:
            found = imports.find_import(session, actor=context.actor(), import_id=import_id)
            return imported.import_view(found, imports.import_rules(self._rules_in(session)))

    def faulty_rows(self, *, import_id: UUID) -> FaultyRows:
        with self.database.begin() as session:
            found = imports.find_import(session, actor=context.actor(), import_id=import_id)
            return imported.faulty_rows(found, imports.import_rules(self._rules_in(session)))

    def open_checked_applicants(self, *, command: OpenCheckedApplicants) -> OpenedApplicants:
        return self.execute(
            imports.open_checked_applicants,
            command,
            actor=context.actor(),
            rules=self._rules(),
            demonstration=self.settings.demonstration,
        )

    def withdraw_enrolment(self, *, command: WithdrawEnrolment) -> None:
        self.execute(applicants.withdraw_enrolment, command, actor=context.actor())

    def open_applicant_account(self, *, command: OpenApplicantAccount) -> HandedOver:
        with self.database.begin() as session:
            return self._carry_out(
                session,
                applicants.open_applicant_account,
                command,
                rules=self._rules_in(session),
                demonstration=self.settings.demonstration,
            )

    def change_account(self, *, command: ChangeAccount) -> AccountRow:
        with self.database.begin() as session:
            return queries.account_row(session, self._carry_out(session, accounts.change_account, command))

    def disable_account(self, *, command: AccountAct) -> AccountRow:
        with self.database.begin() as session:
            return queries.account_row(session, self._carry_out(session, accounts.disable_account, command))

    def enable_account(self, *, command: AccountAct) -> AccountRow:
        with self.database.begin() as session:
            return queries.account_row(session, self._carry_out(session, accounts.enable_account, command))

    def reset_password(self, *, command: AccountAct) -> HandedOver:
        with self.database.begin() as session:
            return self._carry_out(session, accounts.reset_password, command, rules=self._rules_in(session))

    # its own work

    @every(60.0)
    def forget_what_is_over(self, session: Session) -> None:
        """Delete captchas, recoveries, counters, workbooks and sessions whose time is over."""
        retention = {
            name: self.profiles.current(session, name)[1].accounts.retention for name in self.profiles.names(session)
        }
        forgetting.forget_what_is_over(session, retention=retention)
