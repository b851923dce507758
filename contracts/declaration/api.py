"""The interface of the declaration service."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import Message, rpc
from contracts.declaration.batches import (
    BatchView,
    CatalogueChoice,
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
from contracts.declaration.submissions import FileAttachment, SubmissionCard, SubmissionContent
from contracts.identity import WithdrawEnrolment
from contracts.operations import Operated
from contracts.profiles import PublishesProfiles


class NoticeFacts(Message):
    """What a message about a declaration may say."""

    declaration_id: UUID
    account_id: UUID
    title_label: str
    deadline: datetime | None


class DeclarationApi(PublishesProfiles, Operated):
    """What a person declares, from the first setting to the frozen submission."""

    name: ClassVar[str] = "declaration"

    # asked by other services

    @rpc(callers=("review", "committee"), actor=False)
    def submission_card(self, *, submission_id: UUID) -> SubmissionCard:
        """The flat record of a frozen submission; the same at any later time. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("committee", "documents"), actor=False, timeout=10)
    def submission_content(self, *, submission_id: UUID) -> SubmissionContent:
        """A frozen submission whole, to be rendered, held, or searched for conflicts of interest. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(callers=("documents",), actor=False)
    def attached_files(self, *, file_ids: tuple[UUID, ...]) -> tuple[FileAttachment, ...]:
        """Which of the files are attached, and to what; what is attached nowhere is left out and may be collected."""
        raise NotImplementedError

    @rpc(callers=("notify",), actor=False)
    def notice_facts(self, *, declaration_id: UUID) -> NoticeFacts:
        """What a message about the declaration may say. Refuses: NotFound."""
        raise NotImplementedError

    # catalogue and batches

    @rpc()
    def profile_uses(self) -> tuple[ProfileUse, ...]:
        """How many declarations of each batch go by which version of the profile, for operators. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(actor=False)
    def openings(self, *, profile: str) -> Openings:
        """Where somebody can declare now, by committee; for everybody."""
        raise NotImplementedError

    @rpc(actor=False)
    def batches(self, *, profile: str) -> tuple[BatchView, ...]:
        """The batches of a profile, the latest year first; for everybody."""
        raise NotImplementedError

    @rpc()
    def window_history(self, *, batch_id: UUID) -> tuple[WindowChange, ...]:
        """How a batch's window came to be, newest first. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def extend_window(self, *, command: ExtendWindow) -> BatchView:
        """Let a batch end later. Refuses: NotAllowed, NotFound, StaleVersion, WindowNotExtended."""
        raise NotImplementedError

    @rpc()
    def catalogue(self) -> Catalogue:
        """The current catalogue whole."""
        raise NotImplementedError

    @rpc()
    def catalogue_choices(self, *, path: tuple[str, ...]) -> tuple[CatalogueChoice, ...]:
        """What may be chosen after the codes in `path`: category, series, specialty, title, level (HB-57)."""
        raise NotImplementedError

    @rpc()
    def setting_form(self) -> SettingForm:
        """The form of the setting by the current profile version (HB-55, HB-58)."""
        raise NotImplementedError

    @rpc()
    def form(self, *, profile_version: int | None) -> FormView:
        """The form description of a version, of the current one for None. Refuses: ProfileNotPublished."""
        raise NotImplementedError

    @rpc(timeout=10)
    def preview_setting(self, *, setting: SettingInput) -> SettingPreview:
        """What a setting means before it is chosen. Refuses: InvalidInput, NotEnrolled."""
        raise NotImplementedError

    @rpc(timeout=10)
    def withdraw_enrolment(self, *, command: WithdrawEnrolment) -> None:
        """Take back a wrong enrolment of which nothing was declared. Refuses: NotFound, NotAllowed, EnrolmentInUse."""
        raise NotImplementedError

    # the applicant's declarations

    @rpc(timeout=10)
    def start_declaration(self, *, command: StartDeclaration) -> DeclarationSummary:
        """Begin a declaration.

        Refuses: NotAllowed, InvalidInput, NoOpenBatch, BatchClosed, BatchNotOpen, NotEnrolled, NoCommittee,
        AlreadyDeclared.
        """
        raise NotImplementedError

    @rpc()
    def own_declarations(self) -> tuple[DeclarationSummary, ...]:
        """The declarations of the person, of every year, newest first (HB-23)."""
        raise NotImplementedError

    @rpc()
    def declaration(self, *, declaration_id: UUID) -> DeclarationView:
        """An own declaration with the state of its blocks. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def block(self, *, declaration_id: UUID, block: str) -> BlockView:
        """One block of an own declaration. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def blocks(self, *, declaration_id: UUID) -> tuple[BlockView, ...]:
        """All blocks of an own declaration, for a page that shows many of them. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def setting_effects(self, *, declaration_id: UUID, setting: SettingInput) -> tuple[Superfluous, ...]:
        """What would become superfluous under another setting (HB-63). Refuses: NotFound, InvalidInput."""
        raise NotImplementedError

    @rpc(timeout=10)
    def change_setting(self, *, command: ChangeSetting) -> SettingChanged:
        """Declare something else. Refuses: NotFound, WrongState, StaleVersion, InvalidInput, NoCommittee."""
        raise NotImplementedError

    @rpc()
    def save_block(self, *, command: SaveBlock) -> Saved:
        """Store a form block, complete or not (HB-99). Refuses: NotFound, WrongState, StaleVersion, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def add_row(self, *, command: AddRow) -> Saved:
        """Add a row. Refuses: NotFound, WrongState, InvalidInput, TooManyRows."""
        raise NotImplementedError

    @rpc()
    def change_row(self, *, command: ChangeRow) -> Saved:
        """Change a row. Refuses: NotFound, WrongState, StaleVersion, InvalidInput."""
        raise NotImplementedError

    @rpc()
    def delete_row(self, *, command: DeleteRow) -> Saved:
        """Remove a row. Refuses: NotFound, WrongState, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def attach_file(self, *, command: AttachFile) -> Saved:
        """Put a file into a slot.

        Refuses: NotFound, WrongState, FileNotUsable, FileTypeRefused, FileTooLarge, SlotFull.
        """
        raise NotImplementedError

    @rpc()
    def detach_file(self, *, command: DetachFile) -> Saved:
        """Take a file out of a slot. Refuses: NotFound, WrongState."""
        raise NotImplementedError

    @rpc()
    def check(self, *, declaration_id: UUID) -> CheckResult:
        """The automatic check of an own declaration. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def draft_changes(self, *, declaration_id: UUID) -> DraftChanges:
        """What was changed since the last submission of an own declaration. Refuses: NotFound."""
        raise NotImplementedError

    @rpc(timeout=20)
    def submit(self, *, command: SubmitDeclaration) -> SubmissionMade:
        """Hand the declaration in for review.

        Refuses: NotFound, WrongState, StaleVersion, BatchClosed, BatchNotOpen, Incomplete, FileNotUsable.
        """
        raise NotImplementedError

    @rpc(timeout=10)
    def withdraw(self, *, command: WithdrawDeclaration) -> DeclarationSummary:
        """Take the submission back. Refuses: NotFound, WrongState, StaleVersion, CaseAlreadyReviewed."""
        raise NotImplementedError

    @rpc()
    def discard(self, *, command: DiscardDeclaration) -> DeclarationSummary:
        """Give the declaration up. Refuses: NotFound, WrongState, StaleVersion."""
        raise NotImplementedError

    @rpc()
    def status(self, *, declaration_id: UUID) -> DeclarationStatus:
        """Where an own declaration is, with its routing log. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def receipts(self, *, declaration_id: UUID) -> tuple[Receipt, ...]:
        """The receipts of every submission of an own declaration, newest first. Refuses: NotFound."""
        raise NotImplementedError

    @rpc()
    def submission(self, *, submission_id: UUID, grant: str | None) -> SubmissionView:
        """A frozen submission: the own one, or with a read grant of review or committee. Refuses: NotFound."""
        raise NotImplementedError
