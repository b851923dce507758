"""The committee slice of a profile: `meeting.yaml`, the experts' form `experts.yaml`, options, catalogue and forms."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from contracts.base import Message
from contracts.committee.committees import Choice
from contracts.committee.materials import StandardSheet
from contracts.committee.plans import Fraction
from contracts.declaration.catalogue import Catalogue
from contracts.declaration.forms import Block, BlockKind, FieldType, FormDescription, Section
from contracts.forms.cascade import specialties
from services.committee.rules.conflicts import NameRules, fold_name, normalise_organization
from services.committee.rules.judging_profile import JudgingRules

FORMS = "forms/"
SPECIALTY_OPTIONS = "specialty"
LEVEL_OPTIONS = "title_level"


class CommitteeRules(Message):
    """评委会 (HB-T24): its levels and kinds of scope."""

    levels: tuple[Choice, ...]
    scope_kinds: tuple[Choice, ...]


class PlanRules(Message):
    """评审方案: least quorum and threshold (HB-154), and whether another officer must review the plan (Q22)."""

    second_person: bool
    quorum: Fraction
    threshold: Fraction
    vice_chairs: int = Field(ge=0, le=10)


EXPERT_COLUMNS = (
    "real_name",
    "id_document_type",
    "id_document_no",
    "mobile",
    "email",
    "employer_name",
    "specialties",
)


class ImportRules(Message):
    """批量新增 (HB-115, HB-116): heading per field, and whether a faulty row stops the whole file.

    What was typed into rows that were not taken is kept for `kept_days`, to be downloaded and corrected (PL-38).
    """

    sheet: str
    stop_on_fault: bool
    maximum_rows: int = Field(ge=1, le=5000)
    kept_days: int = Field(default=30, ge=1, le=3650)
    columns: dict[str, str]
    notes: dict[str, str]
    example: dict[str, str]
    document_types: dict[str, str]

    @field_validator("columns")
    @classmethod
    def _columns_are_those_of_an_expert(cls, columns: dict[str, str]) -> dict[str, str]:
        """In their order, which a stored profile does not keep."""
        if set(columns) != set(EXPERT_COLUMNS) or len(set(columns.values())) != len(columns):
            raise ValueError(f"one heading for each of {EXPERT_COLUMNS}")
        return {field: columns[field] for field in EXPERT_COLUMNS}


class FieldPlace(Message):
    """A field of a form: `block` and `field`."""

    block: str
    field: str


class ConflictRules(Message):
    """回避: how organisations are compared, where their names stand, and the kinds of relations that exclude.

    Each alias names one organisation in several ways; the first is the one to which the others are brought.
    """

    suffixes: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...]
    near_percent: int = Field(ge=50, le=100)
    relations: tuple[Choice, ...]
    applicant_current: tuple[FieldPlace, ...]
    applicant_former: tuple[FieldPlace, ...]
    expert_current: tuple[FieldPlace, ...]
    expert_former: tuple[FieldPlace, ...]

    def names(self) -> NameRules:
        """The rules by which names are normalised."""
        bare = NameRules(tuple(fold_name(suffix) for suffix in self.suffixes), {}, self.near_percent)
        aliases = {
            normalise_organization(other, bare): normalise_organization(known, bare)
            for known, *others in self.aliases
            for other in others
        }
        return NameRules(bare.suffixes, aliases, self.near_percent)


class ExpertRules(Message):
    """Where the experts' form holds what lists and rules use."""

    reviewable: FieldPlace


class MeetingRules(Message):
    """`meeting.yaml`; `judging` is what follows the submitted standard."""

    committee: CommitteeRules
    plan: PlanRules
    experts: ExpertRules
    expert_import: ImportRules
    conflicts: ConflictRules
    standards: tuple[StandardSheet, ...]
    judging: JudgingRules


class CommitteeProfile(Message):
    """The slice of one profile version, read from its files as they are published."""

    rules: MeetingRules
    expert_form: FormDescription
    catalogue: Catalogue
    # of the declaration's form; none in versions that were published without
    sections: tuple[Section, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _assemble(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        catalogue = Catalogue.model_validate(content.get("catalogue"))
        form = content.get("experts") or {}
        options = {
            **(content.get("options") or {}),
            SPECIALTY_OPTIONS: _options(specialties(catalogue)),
            LEVEL_OPTIONS: _options(catalogue.levels),
        }
        return {
            "rules": content.get("meeting"),
            "expert_form": {"sections": form.get("sections"), "options": options},
            "catalogue": catalogue,
            "sections": [found for name, found in content.items() if name.startswith(FORMS) and "blocks" in found],
        }

    def demandable_blocks(self) -> frozenset[str]:
        """What a committee may want to be filled in beyond the form (HB-62)."""
        return frozenset(block.id for block in self._blocks() if block.kind is not BlockKind.SETTING)

    def demandable_slots(self) -> frozenset[str]:
        """Whose files a committee may want: `field` of a block of files, or `block.field`."""
        slots = [
            (block, field.id) for block in self._blocks() for field in block.fields if field.type is FieldType.FILES
        ]
        bare = {field for block, field in slots if block.kind is BlockKind.FILES}
        return frozenset(bare | {f"{block.id}.{field}" for block, field in slots})

    def _blocks(self) -> list[Block]:
        return [block for section in self.sections for block in section.blocks]

    @model_validator(mode="after")
    def _places_exist(self) -> Self:
        conflicts = self.rules.conflicts
        for place in (self.rules.experts.reviewable, *conflicts.expert_current, *conflicts.expert_former):
            block: Block | None = self.expert_form.blocks().get(place.block)
            if block is None or block.field(place.field) is None:
                raise ValueError(f"the experts' form has no field {place.block}.{place.field}")
        return self


def _options(words: dict[str, str]) -> list[dict[str, Any]]:
    return [{"code": code, "label": {"zh": label, "en": label}} for code, label in words.items()]
