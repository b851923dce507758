"""What tests of declarations need around them: a published profile, an applicant, committees, checked files."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from chassis import clock, context
from chassis.clock import SHANGHAI
from chassis.commands import carry_out
from chassis.database import Database
from chassis.tables import OutboxRow
from contracts.base import Actor, Command, Role, RoleGrant
from contracts.committee import CommitteeSummary
from contracts.declaration.drafts import (
    AddRow,
    AttachFile,
    DeclarationSummary,
    DeclarationView,
    SaveBlock,
    Saved,
    SettingInput,
    StartDeclaration,
    SubmissionMade,
    SubmitDeclaration,
)
from contracts.declaration.forms import BlockKind, FieldType
from contracts.documents import FileFacts, Verdict
from contracts.forms.checks import Circumstances
from contracts.identifiers import resident_check_character
from contracts.identity import OrganizationSummary, PersonFacts
from contracts.profiles import ProfileSlice
from services.declaration.operations import attaching, batches, declaring, drafting, submitting
from services.declaration.published import PROFILES
from services.declaration.queries import drafts
from services.declaration.rules.profile import DeclarationProfile
from services.declaration.scope import circumstances_of, find_own
from tests.factories.declaration import ID_NUMBER, fill, read_profile, setting, slice_of
from tests.factories.review import organization

PROFILE = "hebei"
# Within the batch that the profile publishes.
NOW = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
Answer = TypeVar("Answer")


def applicant(**values: Any) -> Actor:
    """Somebody who may declare."""
    return Actor(
        **{
            "account_id": uuid.uuid4(),
            "person_id": uuid.uuid4(),
            "session_id": uuid.uuid4(),
            "profile": PROFILE,
            "roles": (RoleGrant(role=Role.APPLICANT),),
        }
        | values
    )


def committee(**values: Any) -> CommitteeSummary:
    """A committee that takes what is declared."""
    return CommitteeSummary(
        **{
            "committee_id": uuid.uuid4(),
            "code": "0001",
            "name": "演示评委会",
            "year": 2026,
            "organization_id": uuid.uuid4(),
            "is_open": True,
            "accepts_until": None,
        }
        | values
    )


@dataclass
class Declaring:
    """The database with Hebei published, the applicant's unit, and the files that documents knows."""

    database: Database
    unit: OrganizationSummary
    files: dict[UUID, FileFacts]

    @property
    def profile(self) -> DeclarationProfile:
        return read_profile(PROFILE)

    def execute(self, operation: Callable[..., Answer], command: Command, actor: Actor, **more: Any) -> Answer:
        with context.changed(actor=actor, arrived_at=clock.now()), self.database.begin() as session:
            return carry_out(session, command, operation, command=command, actor=actor, **more)

    def person(self, actor: Actor) -> PersonFacts:
        return PersonFacts(
            person_id=actor.person_id,
            real_name="买合木提·艾则孜·阿勒泰尼",
            id_document_type="111",
            id_document_no=ID_NUMBER + resident_check_character(ID_NUMBER),
            mobile="15400000010",
            email=None,
        )

    def start(
        self, actor: Actor, *, command: StartDeclaration | None = None, committees: Any = None, **chosen: Any
    ) -> DeclarationSummary:
        """Begin a declaration."""
        wanted = command or StartDeclaration(command_id=uuid.uuid4(), setting=SettingInput(**setting(**chosen)))
        with context.changed(actor=actor, arrived_at=clock.now()), self.database.begin() as session:
            found = declaring.choose(session, actor=actor, setting=wanted.setting, batch_id=wanted.batch_id)
        known = declaring.Known(
            person=self.person(actor),
            organization=self.unit,
            committees=(committee(),) if committees is None else committees,
        )
        return self.execute(declaring.start_declaration, wanted, actor, chosen=found, known=known)

    def events(self, about: UUID) -> list[tuple[str, int]]:
        """What was told of a declaration or batch: names and numbers, in their order."""
        with self.database.begin() as session:
            rows = session.scalars(
                select(OutboxRow).where(OutboxRow.aggregate_id == about).order_by(OutboxRow.id)
            ).all()
            return [(row.topic.removeprefix("declaration."), row.number) for row in rows]

    def view(self, actor: Actor, declaration_id: UUID) -> DeclarationView:
        with context.changed(actor=actor), self.database.begin() as session:
            return drafts.declaration(session, actor=actor, declaration_id=declaration_id)

    def around(self, actor: Actor, declaration_id: UUID) -> Circumstances:
        with context.changed(actor=actor), self.database.begin() as session:
            return circumstances_of(session, find_own(session, actor, declaration_id))

    def versions(self, actor: Actor, declaration_id: UUID) -> dict[str, int]:
        return {one.block: one.version for one in self.view(actor, declaration_id).blocks if one.version}

    def upload(self, actor: Actor, **values: Any) -> UUID:
        """A file that passed its check, unless said otherwise."""
        facts = FileFacts(
            **{
                "file_id": uuid.uuid4(),
                "account_id": actor.account_id,
                "name": "演示材料.pdf",
                "kind": "pdf",
                "size": 2048,
                "sha256": uuid.uuid4().hex * 2,
                "verdict": Verdict.CLEAN,
                "refused_because": None,
            }
            | values
        )
        self.files[facts.file_id] = facts
        return facts.file_id

    def attach(
        self, actor: Actor, declaration_id: UUID, place: str, file_id: UUID, row_id: UUID | None = None
    ) -> Saved:
        block, _, slot = place.partition(".")
        command = AttachFile(
            command_id=uuid.uuid4(),
            declaration_id=declaration_id,
            block=block,
            row_id=row_id,
            slot=slot,
            file_id=file_id,
        )
        known = tuple(facts for key, facts in self.files.items() if key == file_id)
        return self.execute(attaching.attach_file, command, actor, files=known)

    def complete(self, actor: Actor, declaration_id: UUID) -> None:
        """Fill in everything that the form asks of this declaration, block by block."""
        blocks = self.around(actor, declaration_id).form.blocks()
        for name, block in blocks.items():
            around = self.around(actor, declaration_id)
            if block.kind is BlockKind.SETTING or not around.shows(block):
                continue
            around = replace(around, demanded=frozenset())
            values, files = fill(block, around)
            if block.rows is not None:
                if not block.rows.minimum:
                    continue
                added = AddRow(command_id=uuid.uuid4(), declaration_id=declaration_id, block=name, values=values)
                row_id = self.execute(drafting.add_row, added, actor).row_id
            else:
                row_id = None
                if values:
                    self.save(actor, declaration_id, name, values)
            for slot in files:
                kind = {"kind": "png", "name": "照片.png"} if slot == "photo" else {}
                self.attach(actor, declaration_id, f"{name}.{slot}", self.upload(actor, **kind), row_id)

    def save(self, actor: Actor, declaration_id: UUID, block: str, values: dict[str, Any], **more: Any) -> Saved:
        """Save a form block over what is stored; read-only values are left to the server."""
        around = self.around(actor, declaration_id)
        described = around.form.blocks()[block]
        sent = {
            name: value
            for name, value in values.items()
            if (field := described.field(name)) is None or not (field.read_only or field.type is FieldType.FILES)
        }
        stored = around.blocks.get(block)
        command = SaveBlock(
            **{
                "command_id": uuid.uuid4(),
                "declaration_id": declaration_id,
                "block": block,
                "expected_version": stored.version if stored else 0,
                "values": sent,
            }
            | more
        )
        return self.execute(drafting.save_block, command, actor)

    def submit(self, actor: Actor, declaration_id: UUID, **more: Any) -> SubmissionMade:
        """Hand it in with the revisions of this moment."""
        command = SubmitDeclaration(
            **{
                "command_id": uuid.uuid4(),
                "declaration_id": declaration_id,
                "expected_version": self.view(actor, declaration_id).declaration.version,
                "block_versions": self.versions(actor, declaration_id),
            }
            | more
        )
        return self.execute(submitting.submit_declaration, command, actor, confirmed=tuple(self.files.values()))

    def submitted(self, actor: Actor, **chosen: Any) -> SubmissionMade:
        """A declaration from its setting to its submission."""
        declaration_id = self.start(actor, **chosen).declaration_id
        self.complete(actor, declaration_id)
        return self.submit(actor, declaration_id)


def build_declaring(database: Database) -> Declaring:
    """Publish Hebei's slice, which begins its batches."""
    with context.changed(profile=PROFILE), database.begin() as session:
        slice_ = ProfileSlice(profile=PROFILE, content_hash="1", content=slice_of(PROFILE))
        version = PROFILES.store(session, profile_slice=slice_, version=1).version
        PROFILES.activate(session, profile=PROFILE, version=version)
        batches.begin_batches(session, profile=PROFILE, batches=PROFILES.get(session, PROFILE, version).batches)
    return Declaring(database, organization("云汐演示大学"), {})
