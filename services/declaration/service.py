"""The bus side of the declaration service: its methods, a few lines each; what it hears is in `listening`."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import context
from chassis.commands import was_carried_out
from chassis.loops import every
from chassis.operated import operator
from chassis.service import client, serve
from contracts.base import Role
from contracts.committee import CommitteeApi, CommitteeSummary
from contracts.declaration.api import DeclarationApi, NoticeFacts
from contracts.declaration.batches import (
    BatchView,
    CatalogueChoice,
    CommitteeView,
    ExtendWindow,
    FormView,
    Openings,
    ProfileUse,
    SettingForm,
    SettingPreview,
    WindowChange,
)
from contracts.declaration.catalogue import Catalogue
from contracts.declaration.drafts import (
    AddRow,
    AttachFile,
    BlockView,
    ChangeRow,
    ChangeSetting,
    CheckResult,
    DeclarationStatus,
    DeclarationSummary,
    DeclarationView,
    DeleteRow,
    DetachFile,
    DiscardDeclaration,
    DraftChanges,
    Receipt,
    SaveBlock,
    Saved,
    SettingChanged,
    SettingInput,
    StartDeclaration,
    SubmissionMade,
    SubmissionView,
    SubmitDeclaration,
    Superfluous,
    WithdrawDeclaration,
)
from contracts.declaration.refusals import NotEnrolled
from contracts.declaration.submissions import FileAttachment, SettingChoice, SubmissionCard, SubmissionContent
from contracts.documents import DocumentsApi
from contracts.errors import NotFound
from contracts.identity import Enrolment, IdentityApi, OrganizationSummary, WithdrawEnrolment
from services.declaration.listening import ListeningEntrypoints
from services.declaration.operations import (
    attaching,
    batches,
    declaring,
    drafting,
    reminding,
    submitting,
    upgrading,
    withdrawing,
)
from services.declaration.published import PROFILES
from services.declaration.queries import catalogue, drafts, openings, submissions
from services.declaration.views import status_steps


@serve(DeclarationApi)
class DeclarationService(ListeningEntrypoints):
    """What a person declares, from the first setting to the frozen submission."""

    committee = client(CommitteeApi)
    documents = client(DocumentsApi)
    identity = client(IdentityApi)
    profiles = PROFILES

    # what the platform does by itself

    @every(5.0)
    def tell_extended_windows(self, session: Session) -> None:
        reminding.tell_extended_windows(session)

    @every(60.0)
    def remind_of_deadlines(self, session: Session) -> None:
        reminding.remind_of_deadlines(session)

    # profiles

    def profile_activated(self, session: Session, *, profile: str, version: int) -> None:
        published = PROFILES.get(session, profile, version)
        batches.begin_batches(session, profile=profile, batches=published.batches)

    # for other services

    def submission_card(self, *, submission_id: UUID) -> SubmissionCard:
        with self.database.begin() as session:
            return submissions.submission_card(session, submission_id=submission_id)

    def submission_content(self, *, submission_id: UUID) -> SubmissionContent:
        with self.database.begin() as session:
            return submissions.submission_content(session, submission_id=submission_id)

    def attached_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileAttachment, ...]:
        with self.database.begin() as session:
            return submissions.attached_files(session, file_ids=file_ids)

    def notice_facts(self, *, declaration_id: UUID) -> NoticeFacts:
        with self.database.begin() as session:
            return submissions.notice_facts(session, declaration_id=declaration_id)

    # catalogue and batches

    def openings(self, *, profile: str) -> Openings:
        found = self.committee.open_committees()
        with self.database.begin(profile) as session:
            return openings.openings(session, profile=profile, at=context.current().arrived_at, committees=found)

    def profile_uses(self) -> tuple[ProfileUse, ...]:
        operator()
        with self.database.begin() as session:
            return catalogue.profile_uses(session)

    def batches(self, *, profile: str) -> tuple[BatchView, ...]:
        with self.database.begin(profile) as session:
            return catalogue.batches(session)

    def window_history(self, *, batch_id: UUID) -> tuple[WindowChange, ...]:
        with self.database.begin() as session:
            return catalogue.window_history(session, batch_id=batch_id)

    def extend_window(self, *, command: ExtendWindow) -> BatchView:
        return self.execute(batches.extend_window, command, actor=context.actor())

    def catalogue(self) -> Catalogue:
        with self.database.begin() as session:
            return catalogue.catalogue(session, profile=context.actor().profile)

    def catalogue_choices(self, *, path: tuple[str, ...]) -> tuple[CatalogueChoice, ...]:
        with self.database.begin() as session:
            return catalogue.catalogue_choices(session, profile=context.actor().profile, path=path)

    def setting_form(self) -> SettingForm:
        with self.database.begin() as session:
            return catalogue.setting_form(session, profile=context.actor().profile)

    def form(self, *, profile_version: int | None) -> FormView:
        with self.database.begin() as session:
            return catalogue.form(session, profile=context.actor().profile, profile_version=profile_version)

    def preview_setting(self, *, setting: SettingInput) -> SettingPreview:
        actor = context.actor()
        with self.database.begin() as session:
            choice = declaring.preview(session, actor=actor, setting=setting)
            batch = catalogue.batch_taking(session, choice)
        year = declaring.year_of(batch)
        found = self._committees(choice, year, self._enrolment(year).organization_id)
        committees = tuple(
            CommitteeView(
                committee_id=one.committee_id, name=one.name, is_open=one.is_open, accepts_until=one.accepts_until
            )
            for one in found
        )
        return SettingPreview(setting=choice, batch=batch, committees=committees)

    def withdraw_enrolment(self, *, command: WithdrawEnrolment) -> None:
        actor = context.actor()
        unit = self.identity.enrolment(account_id=command.account_id, year=command.year).organization_id
        if unit in actor.organizations(Role.ORG_ADMIN, Role.CASE_OFFICER, Role.UNIT_LEADER):
            with self.database.begin() as session:
                drafts.require_undeclared(session, account_id=command.account_id, year=command.year)
        self.identity.withdraw_enrolment(command=command)

    # the applicant's declarations

    def start_declaration(self, *, command: StartDeclaration) -> DeclarationSummary:
        actor = context.actor()
        with self.database.begin() as session:
            chosen = None
            if not was_carried_out(session, command):
                chosen = declaring.choose(session, actor=actor, setting=command.setting, batch_id=command.batch_id)
        if chosen is None:  # the answer of the first time, also after the batch has closed
            return self.execute(declaring.start_declaration, command, actor=actor, chosen=None, known=None)
        enrolment = self._enrolment(chosen.year)
        chain = self.identity.ancestors(organization_id=enrolment.organization_id)
        known = declaring.Known(
            person=self.identity.person(person_id=actor.person_id),
            organization=chain[0],
            committees=self._accepting(chosen.setting, chosen.year, chain),
        )
        return self.execute(declaring.start_declaration, command, actor=actor, chosen=chosen, known=known)

    def own_declarations(self) -> tuple[DeclarationSummary, ...]:
        with self.database.begin() as session:
            return drafts.own_declarations(session, actor=context.actor())

    def declaration(self, *, declaration_id: UUID) -> DeclarationView:
        with self.database.begin() as session:
            upgrading.upgrade_draft(session, actor=context.actor(), declaration_id=declaration_id)
            return drafts.declaration(session, actor=context.actor(), declaration_id=declaration_id)

    def block(self, *, declaration_id: UUID, block: str) -> BlockView:
        with self.database.begin() as session:
            return drafts.block(session, actor=context.actor(), declaration_id=declaration_id, name=block)

    def blocks(self, *, declaration_id: UUID) -> tuple[BlockView, ...]:
        with self.database.begin() as session:
            return drafts.blocks(session, actor=context.actor(), declaration_id=declaration_id)

    def setting_effects(self, *, declaration_id: UUID, setting: SettingInput) -> tuple[Superfluous, ...]:
        with self.database.begin() as session:
            return drafts.setting_effects(
                session, actor=context.actor(), declaration_id=declaration_id, setting=setting
            )

    def change_setting(self, *, command: ChangeSetting) -> SettingChanged:
        actor = context.actor()
        with self.database.begin() as session:
            choice, year, organization_id = declaring.choose_again(session, actor=actor, command=command)
        committees = self._committees(choice, year, organization_id)
        return self.execute(declaring.change_setting, command, actor=actor, committees=committees)

    def save_block(self, *, command: SaveBlock) -> Saved:
        return self.execute(drafting.save_block, command, actor=context.actor())

    def add_row(self, *, command: AddRow) -> Saved:
        return self.execute(drafting.add_row, command, actor=context.actor())

    def change_row(self, *, command: ChangeRow) -> Saved:
        return self.execute(drafting.change_row, command, actor=context.actor())

    def delete_row(self, *, command: DeleteRow) -> Saved:
        return self.execute(drafting.delete_row, command, actor=context.actor())

    def attach_file(self, *, command: AttachFile) -> Saved:
        files = self.documents.file_facts(file_ids=(command.file_id,))
        return self.execute(attaching.attach_file, command, actor=context.actor(), files=files)

    def detach_file(self, *, command: DetachFile) -> Saved:
        return self.execute(attaching.detach_file, command, actor=context.actor())

    def check(self, *, declaration_id: UUID) -> CheckResult:
        with self.database.begin() as session:
            return drafts.check(session, actor=context.actor(), declaration_id=declaration_id)

    def draft_changes(self, *, declaration_id: UUID) -> DraftChanges:
        with self.database.begin() as session:
            return submissions.draft_changes(session, actor=context.actor(), declaration_id=declaration_id)

    def submit(self, *, command: SubmitDeclaration) -> SubmissionMade:
        actor = context.actor()
        with self.database.begin() as session:
            files = submitting.files_to_confirm(session, actor=actor, declaration_id=command.declaration_id)
        confirmed = self.documents.confirm_files(file_ids=files)
        return self.execute(submitting.submit_declaration, command, actor=actor, confirmed=confirmed)

    def withdraw(self, *, command: WithdrawDeclaration) -> DeclarationSummary:
        actor = context.actor()
        with self.database.begin() as session:
            held = withdrawing.submissions_to_recall(session, actor=actor, command=command)
        for submission_id in held:
            self.review.recall(submission_id=submission_id)
        return self.execute(withdrawing.withdraw_declaration, command, actor=actor)

    def discard(self, *, command: DiscardDeclaration) -> DeclarationSummary:
        return self.execute(withdrawing.discard_declaration, command, actor=context.actor())

    def status(self, *, declaration_id: UUID) -> DeclarationStatus:
        with self.database.begin() as session:
            found = drafts.declaration_summary(session, actor=context.actor(), declaration_id=declaration_id)
        log = self.review.routing_log(declaration_id=declaration_id)
        return DeclarationStatus(declaration=found, steps=status_steps(log))

    def receipts(self, *, declaration_id: UUID) -> tuple[Receipt, ...]:
        with self.database.begin() as session:
            return submissions.receipts(session, actor=context.actor(), declaration_id=declaration_id)

    def submission(self, *, submission_id: UUID, grant: str | None) -> SubmissionView:
        actor = context.actor()
        granted = self.verifier.read_grant(grant, actor) if grant is not None else None
        with self.database.begin() as session:
            return submissions.submission(session, actor=actor, grant=granted, submission_id=submission_id)

    # what is asked of other services before a transaction begins

    def _enrolment(self, year: int) -> Enrolment:
        try:
            return self.identity.enrolment(account_id=context.actor().account_id, year=year)
        except NotFound:
            raise NotEnrolled(year=year) from None

    def _committees(self, setting: SettingChoice, year: int, organization_id: UUID) -> tuple[CommitteeSummary, ...]:
        return self._accepting(setting, year, self.identity.ancestors(organization_id=organization_id))

    def _accepting(
        self, setting: SettingChoice, year: int, chain: Sequence[OrganizationSummary]
    ) -> tuple[CommitteeSummary, ...]:
        return self.committee.accepting_committees(
            setting=setting,
            declaration_year=year,
            organization_ids=tuple(one.organization_id for one in chain),
        )
