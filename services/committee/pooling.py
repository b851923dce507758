"""The bus entrypoints of pools, experts and their profiles."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from chassis import context
from chassis.loops import every
from contracts.base import Page
from contracts.committee.experts import (
    AddExpert,
    AttachExpertFile,
    BlockSaved,
    DeclareRelation,
    DetachExpertFile,
    ExpertAdded,
    ExpertCard,
    ExpertFilesGrant,
    ExpertFilter,
    ExpertImportResult,
    ExpertProfile,
    ExpertRelationRow,
    ImportExperts,
    ImportTemplate,
    OpenedAccount,
    OpenedAccounts,
    OpenExpertAccounts,
    ResetExpert,
    ReviewedExperts,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
    TakeCheckedExperts,
)
from contracts.identity import ExpertAccount, ExpertAccountRequest, HandedOver
from contracts.identity.imports import FaultyRows
from services.committee.entry import Entrypoints
from services.committee.operations import conflicts, expert_files, experts, imports, pool
from services.committee.queries import experts as expert_queries


class PoolEntrypoints(Entrypoints):
    """The methods of `PoolApi`."""

    # other services

    def attached_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
        return self.ask(expert_queries.attached_files, file_ids=file_ids)

    # pool manager and officer

    def add_expert(self, *, command: AddExpert) -> ExpertAdded:
        actor = context.actor()
        added = self.execute(pool.add_expert, command, actor=actor, demonstration=self.settings.demonstration)
        requests = self.ask(
            pool.accounts_wanted,
            actor=actor,
            committee_id=command.committee_id,
            expert_ids=(added.expert_id,),
        )
        codes = (account.activation_code for account in self._open_accounts(command.command_id, requests))
        return added.model_copy(update={"activation_code": next(codes, None)})

    def import_template(self, *, committee_id: UUID) -> ImportTemplate:
        return self.ask(expert_queries.import_template, actor=context.actor(), committee_id=committee_id)

    def import_experts(self, *, command: ImportExperts) -> ExpertImportResult:
        files = self.documents.file_facts(file_ids=(command.file_id,))
        return self.execute(imports.order_import, command, actor=context.actor(), files=files)

    def expert_import(self, *, import_id: UUID) -> ExpertImportResult:
        return self.ask(expert_queries.expert_import, actor=context.actor(), import_id=import_id)

    def take_checked_experts(self, *, command: TakeCheckedExperts) -> ExpertImportResult:
        return self.execute(imports.order_taking, command, actor=context.actor())

    def faulty_experts(self, *, import_id: UUID) -> FaultyRows:
        return self.ask(imports.faulty_rows, actor=context.actor(), import_id=import_id)

    def open_expert_accounts(self, *, command: OpenExpertAccounts) -> OpenedAccounts:
        requests = self.ask(pool.accounts_wanted, actor=context.actor(), committee_id=command.committee_id)
        names = {request.reference: request.real_name for request in requests}
        opened = self._open_accounts(command.command_id, requests)
        return OpenedAccounts(
            accounts=tuple(
                OpenedAccount(
                    expert_id=account.reference,
                    real_name=names[account.reference],
                    activation_code=account.activation_code,
                )
                for account in opened
            ),
            left=len(requests) == pool.ACCOUNTS_AT_ONCE,
        )

    def reset_expert(self, *, command: ResetExpert) -> HandedOver:
        account_id = self.ask(
            pool.expert_account,
            actor=context.actor(),
            committee_id=command.committee_id,
            expert_id=command.expert_id,
        )
        return self.reissue(command.command_id, account_id)

    def experts(self, *, wanted: ExpertFilter) -> Page[ExpertCard]:
        return self.ask(expert_queries.experts, actor=context.actor(), wanted=wanted)

    def expert(self, *, expert_id: UUID) -> ExpertProfile:
        return self.ask(expert_queries.expert_profile, actor=context.actor(), expert_id=expert_id)

    def open_expert_files(self, *, expert_id: UUID) -> ExpertFilesGrant:
        return self.ask(expert_files.open_expert_files, expert_id=expert_id, actor=context.actor(), signer=self.signer)

    def review_experts(self, *, command: ReviewExperts) -> ReviewedExperts:
        return self.execute(experts.review_experts, command, actor=context.actor())

    # the expert

    def my_expert_profile(self) -> ExpertProfile:
        return self.ask(experts.open_profile, actor=context.actor())

    def save_expert_block(self, *, command: SaveExpertBlock) -> BlockSaved:
        return self.execute(experts.save_expert_block, command, actor=context.actor())

    def attach_expert_file(self, *, command: AttachExpertFile) -> BlockSaved:
        files = self.documents.file_facts(file_ids=(command.file_id,))
        return self.execute(expert_files.attach_expert_file, command, actor=context.actor(), files=files)

    def detach_expert_file(self, *, command: DetachExpertFile) -> BlockSaved:
        return self.execute(expert_files.detach_expert_file, command, actor=context.actor())

    def submit_expert_profile(self, *, command: SubmitExpertProfile) -> ExpertCard:
        return self.execute(experts.submit_expert_profile, command, actor=context.actor())

    def declare_relation(self, *, command: DeclareRelation) -> ExpertRelationRow:
        return self.execute(conflicts.declare_relation, command, actor=context.actor())

    def _open_accounts(self, command_id: UUID, requests: tuple[ExpertAccountRequest, ...]) -> tuple[ExpertAccount, ...]:
        """Open the accounts by one command of identity, and write them down; a repeat after a crash is harmless."""
        if not requests:
            return ()
        accounts = self.identity.open_expert_accounts(command_id=command_id, experts=requests)
        self.ask(pool.remember_accounts, accounts=accounts)
        return accounts

    # its own work

    @every(600.0)
    def forget_typed_rows(self, session: Session) -> None:
        """Delete what was typed into rows of imports whose time is over."""
        kept = {
            name: self.profiles.current(session, name)[1].rules.expert_import.kept_days
            for name in self.profiles.names(session)
        }
        imports.forget_typed_rows(session, kept_days=kept)
