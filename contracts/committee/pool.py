"""The committee service's pools of experts: entry and import, the expert's own profile, its review."""

from __future__ import annotations

from uuid import UUID

from contracts.base import Contract, Page, rpc
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
    OpenedAccounts,
    OpenExpertAccounts,
    ResetExpert,
    ReviewedExperts,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
    TakeCheckedExperts,
)
from contracts.identity import HandedOver
from contracts.identity.imports import FaultyRows


class PoolApi(Contract):
    """Pools, experts and their profiles."""

    # asked by other services

    @rpc(callers=("documents",), actor=False)
    def attached_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
        """Which of the files experts' profiles have attached."""
        raise NotImplementedError

    # pool manager, case officer, expert

    @rpc(timeout=15)
    def add_expert(self, *, command: AddExpert) -> ExpertAdded:
        """Refuses: NotFound, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def import_template(self, *, committee_id: UUID) -> ImportTemplate:
        """The workbook's columns (HB-115). Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=10)
    def import_experts(self, *, command: ImportExperts) -> ExpertImportResult:
        """Order the check of an import. Refuses: NotFound, ImportUnreadable."""
        raise NotImplementedError

    @rpc()
    def take_checked_experts(self, *, command: TakeCheckedExperts) -> ExpertImportResult:
        """Order that the checked rows be put into the pool. Refuses: NotFound, NotAllowed, WrongState."""
        raise NotImplementedError

    @rpc()
    def faulty_experts(self, *, import_id: UUID) -> FaultyRows:
        """The rows of an own import that were left out, as they were typed. Refuses: NotFound, NotAllowed."""
        raise NotImplementedError

    @rpc()
    def expert_import(self, *, import_id: UUID) -> ExpertImportResult:
        """An import with its rows. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=30)
    def open_expert_accounts(self, *, command: OpenExpertAccounts) -> OpenedAccounts:
        """Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=10)
    def reset_expert(self, *, command: ResetExpert) -> HandedOver:
        """Refuses: NotFound, NotAllowed, WrongState (no account yet)."""
        raise NotImplementedError

    @rpc()
    def experts(self, *, wanted: ExpertFilter) -> Page[ExpertCard]:
        """Experts of pools that the actor manages, or whose committees the actor's organisations run or created."""
        raise NotImplementedError

    @rpc()
    def expert(self, *, expert_id: UUID) -> ExpertProfile:
        """An expert's profile for those who may list the expert. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def open_expert_files(self, *, expert_id: UUID) -> ExpertFilesGrant:
        """The right to read the files of a profile, for those who may see it. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def review_experts(self, *, command: ReviewExperts) -> ReviewedExperts:
        """Refuses: OpinionRequired, NotFound, OwnProfile, WrongState (where only one was named)."""
        raise NotImplementedError

    @rpc()
    def my_expert_profile(self) -> ExpertProfile:
        """The actor's own profile; the first opening begins it (states §3.7). Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def save_expert_block(self, *, command: SaveExpertBlock) -> BlockSaved:
        """Refuses: NotFound, WrongState, StaleVersion, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def attach_expert_file(self, *, command: AttachExpertFile) -> BlockSaved:
        """Refuses: NotFound, WrongState, FileNotUsable, FileTypeRefused, FileTooLarge, SlotFull."""
        raise NotImplementedError

    @rpc()
    def detach_expert_file(self, *, command: DetachExpertFile) -> BlockSaved:
        """Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc()
    def submit_expert_profile(self, *, command: SubmitExpertProfile) -> ExpertCard:
        """Refuses: NotFound, WrongState, ProfileIncomplete."""
        raise NotImplementedError

    @rpc()
    def declare_relation(self, *, command: DeclareRelation) -> ExpertRelationRow:
        """Refuses: NotFound, InvalidInput."""
        raise NotImplementedError
