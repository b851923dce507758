"""Photograph and files of an expert's profile on a real PostgreSQL (HB-T25)."""

from __future__ import annotations

import base64
import os
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.tokens import Signer, Verifier
from contracts.base import Actor
from contracts.committee.experts import (
    AttachExpertFile,
    BlockSaved,
    DetachExpertFile,
    ReviewExperts,
    SavedBlock,
    SaveExpertBlock,
    SubmitExpertProfile,
)
from contracts.declaration.refusals import FileNotUsable, FileTooLarge, FileTypeRefused, SlotFull
from contracts.documents import FileFacts, Verdict
from contracts.errors import InvalidInput, NotFound, WrongState
from services.committee.operations import expert_files, experts
from services.committee.queries import experts as expert_queries
from tests.factories.committee_setup import World

HERE = "云汐演示大学"
PHOTO = ("expert_profile", "photo")


@pytest.fixture
def expert(world: World) -> Actor:
    """An expert with an account, the profile filled in."""
    actor = world.open_account(world.add_expert(employer=HERE))
    world.fill_profile(actor, employer=HERE)
    return actor


def known(actor: Actor, **facts: object) -> FileFacts:
    """What documents would know of an upload of the actor."""
    return FileFacts.model_validate(
        {
            "file_id": uuid4(),
            "account_id": actor.account_id,
            "name": "证件照.jpg",
            "kind": "jpeg",
            "size": 4096,
            "sha256": "0" * 64,
            "verdict": Verdict.CLEAN,
            "refused_because": None,
        }
        | facts
    )


def attach(world: World, actor: Actor, place: tuple[str, str], file: FileFacts, row: UUID | None = None) -> BlockSaved:
    command = AttachExpertFile(command_id=uuid4(), block=place[0], slot=place[1], row_id=row, file_id=file.file_id)
    return world.do(expert_files.attach_expert_file, command, as_actor=actor, files=(file,))


def detach(world: World, actor: Actor, place: tuple[str, str], file: FileFacts, row: UUID | None = None) -> BlockSaved:
    command = DetachExpertFile(command_id=uuid4(), block=place[0], slot=place[1], row_id=row, file_id=file.file_id)
    return world.do(expert_files.detach_expert_file, command, as_actor=actor)


def block_of(world: World, actor: Actor, name: str) -> SavedBlock:
    return next(one for one in world.ask(experts.open_profile, as_actor=actor).blocks if one.block == name)


def held(world: World, *files: FileFacts) -> set[UUID]:
    with world.database.begin("hebei") as session:
        return set(expert_queries.attached_files(session, file_ids=tuple(file.file_id for file in files)))


@pytest.mark.req("HB-117", "PL-20")
def test_a_slot_takes_own_checked_files_that_fit(world: World, expert: Actor) -> None:
    """Foreign, unchecked, too large and wrong files and one too many are refused; a repeat is harmless."""
    photo = known(expert)
    first = attach(world, expert, PHOTO, photo)
    assert attach(world, expert, PHOTO, photo).revision == first.revision + 1
    assert [file.name for file in block_of(world, expert, PHOTO[0]).files["photo"]] == ["证件照.jpg"]
    for refusal, wrong in (
        (NotFound, known(expert, account_id=uuid4())),
        (FileNotUsable, known(expert, verdict=Verdict.CHECKING)),
        (FileTypeRefused, known(expert, kind="pdf")),
        (FileTooLarge, known(expert, size=500 * 1024 + 1)),
        (SlotFull, known(expert)),
    ):
        with pytest.raises(refusal):
            attach(world, expert, PHOTO, wrong)
    for place in ((PHOTO[0], "real_name"), (PHOTO[0], "none"), ("none", "photo"), ("educations", "degree_certificate")):
        with pytest.raises(NotFound):
            attach(world, expert, place, known(expert))
    detach(world, expert, PHOTO, photo)
    with pytest.raises(NotFound):
        detach(world, expert, PHOTO, photo)
    newer = known(expert)
    attach(world, expert, PHOTO, newer)
    assert held(world, photo, newer) == {newer.file_id}


@pytest.mark.req("HB-117", "PL-12")
def test_rows_that_stay_keep_their_files(world: World, expert: Actor) -> None:
    """A list is saved whole: rows that are named keep their files, those left out lose them."""
    certificate = ("educations", "education_certificate")
    stored = block_of(world, expert, "educations")
    assert isinstance(stored.content, list)
    row = stored.content[0]

    def save(revision: int, ids: tuple[UUID | None, ...] | None) -> BlockSaved:
        content = [row] * (1 if ids is None else len(ids))
        command = SaveExpertBlock(
            command_id=uuid4(), block="educations", revision=revision, content=content, row_ids=ids
        )
        return world.do(experts.save_expert_block, command, as_actor=expert)

    old = stored.rows[0].row_id
    file, other = known(expert), known(expert)
    saved = attach(world, expert, certificate, file, old)
    assert saved.row_ids == (old,)
    saved = save(saved.revision, (None, old))
    new = saved.row_ids[0]
    assert saved.row_ids[1] == old != new
    revision = attach(world, expert, certificate, other, new).revision
    found = block_of(world, expert, "educations").rows
    assert [[one.file_id for one in each.files["education_certificate"]] for each in found] == [
        [other.file_id],
        [file.file_id],
    ]
    for wrong in ((uuid4(), old), (old, old)):
        with pytest.raises(InvalidInput):
            save(revision, wrong)
    save(revision, (old,))
    assert held(world, file, other) == {file.file_id}
    with pytest.raises(NotFound):
        attach(world, expert, certificate, other, new)
    save(revision + 1, None)
    assert held(world, file, other) == set()


@pytest.mark.req("HB-118", "HB-119", "HB-120")
def test_the_office_reads_the_files_and_a_returned_profile_keeps_them(world: World, expert: Actor) -> None:
    """While a profile is looked at its files stand; the office and the pool read them, nobody else; so do returns."""
    photo = known(expert)
    attach(world, expert, PHOTO, photo)
    card = world.do(experts.submit_expert_profile, SubmitExpertProfile(command_id=uuid4()), as_actor=expert)
    for act in (attach, detach):
        with pytest.raises(WrongState):
            act(world, expert, PHOTO, photo)
    seed = os.urandom(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    signer = Signer("committee", base64.b64encode(seed).decode())
    verifier = Verifier({"committee": base64.b64encode(public).decode()})
    for reader in (world.officer, world.manager, world.office_officer):
        given = world.ask(expert_files.open_expert_files, as_actor=reader, expert_id=card.expert_id, signer=signer)
        assert verifier.read_grant(given.grant, reader).files == (photo.file_id,)
        with pytest.raises(NotFound):
            verifier.read_grant(given.grant, world.stranger)
    with pytest.raises(NotFound):
        world.ask(expert_files.open_expert_files, as_actor=world.stranger, expert_id=card.expert_id, signer=signer)
    refuse = ReviewExperts(command_id=uuid4(), expert_ids=(card.expert_id,), approve=False, opinion="照片不清晰")
    world.do(experts.review_experts, refuse, as_actor=world.officer)
    assert block_of(world, expert, PHOTO[0]).files["photo"][0].file_id == photo.file_id
    detach(world, expert, PHOTO, photo)
