"""评委专家 fill in their profile and hand it in; the unit's case officer reviews it (HB-117 to HB-120, states §3.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import clock, outbox
from contracts.base import Actor, Role
from contracts.committee.experts import (
    BlockSaved,
    ExpertCard,
    ExpertProfile,
    ExpertState,
    ReviewedExperts,
    ReviewExperts,
    SaveExpertBlock,
    SubmitExpertProfile,
)
from contracts.committee.refusals import OpinionRequired, OwnProfile, ProfileIncomplete
from contracts.declaration.content import BlockContent, RowContent, Values
from contracts.declaration.forms import Block, BlockKind
from contracts.errors import DomainError, Fault, InvalidInput, NotAllowed, NotFound, StaleVersion
from contracts.events import ExpertReviewed
from contracts.forms.checks import Circumstances, check_block, read_block
from services.committee.access import find_expert, own_expert, reviews_experts_of
from services.committee.operations import conflicts, log
from services.committee.operations.employers import remember_employers
from services.committee.published import PROFILES
from services.committee.rules.blocks import texts_at
from services.committee.rules.prefill import prefilled
from services.committee.rules.profile import CommitteeProfile
from services.committee.rules.workflow import EXPERTS, ExpertAct, expert_after
from services.committee.tables import Expert, ExpertBlock, ExpertFile
from services.committee.views.experts import card_of, circumstances, profile_of


def open_profile(session: Session, *, actor: Actor) -> ExpertProfile:
    """The own profile; the first opening begins it with what is known of the expert."""
    expert = own_expert(session, actor, lock=True)
    if (ExpertState(expert.state), ExpertAct.OPEN) in EXPERTS:
        version, rules = PROFILES.current(session, expert.profile)
        expert.profile_version = version
        for block, values in prefilled(
            rules.expert_form,
            real_name=expert.real_name,
            id_document_type=expert.id_document_type,
            id_document_no=expert.id_document_no,
            mobile=expert.mobile,
            employer_name=expert.employer_name,
        ).items():
            _store(session, expert, block, 1, BlockContent(version=1, values=values))
        place = rules.rules.experts.reviewable
        rows = tuple(_row({place.field: code}, uuid4()) for code in expert.reviewable)
        _store(session, expert, place.block, 1, BlockContent(version=1, rows=rows))
        _change(session, actor, expert, ExpertAct.OPEN, "profile_opened")
    elif (ExpertState(expert.state), ExpertAct.SAVE) in EXPERTS:
        # A pool lasts for years: who may change the profile fills in the form that the province uses now.
        expert.profile_version, _ = PROFILES.current(session, expert.profile)
    return profile_of(session, expert)


def save_expert_block(session: Session, *, command: SaveExpertBlock, actor: Actor) -> BlockSaved:
    """Save one block; what cannot be stored is refused, what is only missing is named and saved."""
    opened = open_block(session, actor, command.block)
    if command.revision != opened.revision:
        raise StaleVersion(actual=opened.revision, expected=command.revision)
    content = _read(opened.block, command, opened.content, circumstances(session, opened.expert, opened.rules))
    left = [row.row_id for row in content.rows]
    session.execute(
        delete(ExpertFile).where(
            ExpertFile.expert_id == opened.expert.id,
            ExpertFile.block == opened.block.id,
            ExpertFile.row_id.is_not(None),
            ExpertFile.row_id.not_in(left),
        )
    )
    return store_block(session, actor, opened, content)


@dataclass(frozen=True)
class OpenedBlock:
    """A block of a profile that its expert may change, and what is saved of it."""

    expert: Expert
    rules: CommitteeProfile
    block: Block
    stored: ExpertBlock | None

    @property
    def revision(self) -> int:
        return self.stored.revision if self.stored else 0

    @property
    def content(self) -> BlockContent:
        return BlockContent.model_validate(self.stored.content) if self.stored else BlockContent()


def open_block(session: Session, actor: Actor, name: str) -> OpenedBlock:
    """A block of the own profile, to be changed. Refuses: NotFound, WrongState."""
    expert = own_expert(session, actor, lock=True)
    rules = PROFILES.get(session, expert.profile, expert.profile_version)
    block = rules.expert_form.blocks().get(name)
    if block is None:
        raise NotFound()
    expert_after(expert.state, ExpertAct.SAVE)
    return OpenedBlock(expert, rules, block, session.get(ExpertBlock, (expert.id, block.id)))


def store_block(session: Session, actor: Actor, opened: OpenedBlock, content: BlockContent) -> BlockSaved:
    """Keep a block as its next revision; an approved profile is looked at again."""
    expert, revision = opened.expert, opened.revision + 1
    if opened.stored is None:
        _store(session, expert, opened.block.id, revision, content)
    else:
        opened.stored.content, opened.stored.revision = content.model_dump(mode="json"), revision
        opened.stored.saved_at = clock.now()
    if expert_after(expert.state, ExpertAct.SAVE) != expert.state:
        _change(session, actor, expert, ExpertAct.SAVE, "profile_changed")
    session.flush()
    faults = tuple(check_block(opened.block, around=circumstances(session, expert, opened.rules)))
    return BlockSaved(revision=revision, faults=faults, row_ids=tuple(row.row_id for row in content.rows))


def submit_expert_profile(session: Session, *, command: SubmitExpertProfile, actor: Actor) -> ExpertCard:
    """提交审批 after everything is complete."""
    expert = own_expert(session, actor, lock=True)
    expert_after(expert.state, ExpertAct.SUBMIT)
    rules = PROFILES.get(session, expert.profile, expert.profile_version)
    around = circumstances(session, expert, rules)
    faults = tuple(
        fault for block in rules.expert_form.blocks().values() for fault in check_block(block, around=around)
    )
    if faults:
        raise ProfileIncomplete(faults=faults)
    _take_over(session, expert, rules)
    expert.submitted_at = clock.now()
    _change(session, actor, expert, ExpertAct.SUBMIT, "profile_submitted")
    conflicts.compare_expert(session, expert)
    return card_of(expert)


def review_experts(session: Session, *, command: ReviewExperts, actor: Actor) -> ReviewedExperts:
    """Approve or refuse; of many, those that cannot be decided are passed over, a single one is refused."""
    if not command.approve and not command.opinion:
        raise OpinionRequired(faults=(Fault(pointer="/opinion", code="committee.opinion_required"),))
    expert_ids = tuple(dict.fromkeys(command.expert_ids))
    passed_over: list[Fault] = []
    for place, expert_id in enumerate(expert_ids):
        try:
            _review(session, command, actor, expert_id, is_bulk=len(expert_ids) > 1)
        except DomainError as refusal:
            if len(expert_ids) == 1:
                raise
            passed_over.append(Fault(pointer=f"/expert_ids/{place}", code=refusal.code, params=refusal.params))
    return ReviewedExperts(decided=len(expert_ids) - len(passed_over), passed_over=tuple(passed_over))


def _review(session: Session, command: ReviewExperts, actor: Actor, expert_id: UUID, *, is_bulk: bool) -> None:
    expert = find_expert(session, actor, expert_id, lock=True)
    if session.scalar(select(Expert.id).where(Expert.id == expert.id, reviews_experts_of(actor))) is None:
        raise NotAllowed(Role.CASE_OFFICER)
    if actor.account_id == expert.account_id or actor.person_id == expert.person_id:
        raise OwnProfile()
    act, action = (ExpertAct.APPROVE, "profile_approved") if command.approve else (ExpertAct.REFUSE, "profile_refused")
    _change(session, actor, expert, act, action, opinion=command.opinion, is_bulk=is_bulk)
    assert expert.account_id is not None  # CHECK of the table: a profile that was opened has an account
    outbox.publish(
        session,
        ExpertReviewed(expert_id=expert.id, account_id=expert.account_id, approved=command.approve),
        aggregate_id=expert.id,
        number=expert.version,
    )


def _change(
    session: Session,
    actor: Actor,
    expert: Expert,
    act: ExpertAct,
    action: str,
    *,
    opinion: str = "",
    is_bulk: bool = False,
) -> None:
    state = expert_after(expert.state, act)
    log.write(
        session,
        actor,
        profile=expert.profile,
        subject="expert",
        subject_id=expert.id,
        action=action,
        old_state=expert.state,
        new_state=state.value,
        opinion=opinion,
        is_bulk=is_bulk,
    )
    expert.state = state.value
    expert.version += 1
    session.flush()


def _read(block: Block, command: SaveExpertBlock, before: BlockContent, around: Circumstances) -> BlockContent:
    """The content to store. Refuses: InvalidInput."""
    is_list = isinstance(command.content, list)
    if is_list is not (block.kind is BlockKind.ROWS):
        raise InvalidInput(faults=(Fault(pointer="/content", code="committee.wrong_shape"),))
    faults: list[Fault] = []
    parts: list[Values] = []
    for index, raw in enumerate(command.content if isinstance(command.content, list) else [command.content]):
        pointer = f"/content/{index}" if is_list else "/content"
        values, found = read_block(
            block, raw, stored=before.values, around=around, pointer=pointer, row=index + 1 if is_list else None
        )
        parts.append(values)
        faults += found
    limit = block.rows.maximum if block.rows else 1
    if len(parts) > limit:
        faults.append(Fault(pointer="/content", code="committee.too_many_rows", params={"limit": limit}))
    if faults:
        raise InvalidInput(faults=tuple(faults))
    version = before.version + 1
    if is_list:
        ids = _row_ids(command, before, len(parts))
        return BlockContent(version=version, rows=tuple(map(_row, parts, ids)))
    return BlockContent(version=version, values=parts[0])


def _row_ids(command: SaveExpertBlock, before: BlockContent, rows: int) -> tuple[UUID, ...]:
    """By what each row is known from now on. Refuses: InvalidInput."""
    ids = (None,) * rows if command.row_ids is None else command.row_ids
    named = [row_id for row_id in ids if row_id is not None]
    if len(ids) != rows or len(set(named)) != len(named) or not {row.row_id for row in before.rows}.issuperset(named):
        raise InvalidInput(faults=(Fault(pointer="/row_ids", code="committee.wrong_shape"),))
    return tuple(row_id or uuid4() for row_id in ids)


def _row(values: Values, row_id: UUID) -> RowContent:
    return RowContent(row_id=row_id, version=1, values=values)


def _store(session: Session, expert: Expert, block: str, revision: int, content: BlockContent) -> None:
    session.add(
        ExpertBlock(
            expert_id=expert.id,
            block=block,
            profile=expert.profile,
            revision=revision,
            content=content.model_dump(mode="json"),
            saved_at=clock.now(),
        )
    )


def _take_over(session: Session, expert: Expert, rules: CommitteeProfile) -> None:
    """Keep beside the encrypted blocks what lists show and conflicts are found by."""
    blocks = {row.block: row.content for row in session.scalars(select(ExpertBlock).filter_by(expert_id=expert.id))}
    places = rules.rules.conflicts
    former = dict.fromkeys(texts_at(blocks, places.expert_former), False)
    current = dict.fromkeys(texts_at(blocks, places.expert_current), True)
    known = dict.fromkeys((expert.employer_name,), False)
    remember_employers(session, expert, known | former | current, rules)
    expert.employer_name = next(iter(current), expert.employer_name)
    expert.reviewable = list(dict.fromkeys(_specialties(blocks, rules)))


def _specialties(blocks: dict[str, dict[str, object]], rules: CommitteeProfile) -> Iterator[str]:
    return texts_at(blocks, (rules.rules.experts.reviewable,))
