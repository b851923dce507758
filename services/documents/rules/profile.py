"""The documents slice of a profile: templates, rules for uploads, certificates, and the words of form and options."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.base import Message
from contracts.declaration.catalogue import Catalogue
from contracts.declaration.forms import Block, Label, Option, Section

TEMPLATES = "templates/"
FORMS = "forms/"
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
# Text in which {field} and {block.field} stand for what was filled in.
Pattern = Annotated[str, StringConstraints(max_length=200)]

# Every document that the service makes, and the template that it needs.
REQUIRED_TEMPLATES = ("general_form", "review_form", "certificate", "receipt", "meeting_list", "roster")


class UploadRules(Message):
    """What files a purpose takes: types by content, `image` for any picture, and 1 KB = 1,024 bytes."""

    accept: tuple[str, ...] = Field(min_length=1)
    max_kb: int = Field(ge=1, le=51_200)


class Retention(Message):
    """How long things are kept that nothing holds (PL-24, PL-38)."""

    unattached_hours: int = Field(ge=1)
    discarded_days: int = Field(ge=0)
    exports_days: int = Field(ge=1)


class CertificateRules(Message):
    """How certificates are numbered: a pattern with {year} and {serial:07d}."""

    number: Annotated[str, StringConstraints(pattern=r".*\{serial(:0?\d+d)?\}.*", max_length=36)]


class OfferedFile(Message):
    """A file that everybody signed in may download, and everybody at all where it is public."""

    id: Identifier
    label: Label
    template: Identifier
    name: str
    is_public: bool = False


class RowSummary(Message):
    """How rows of a block are told in one line of a document: label of the block, and texts with {field}."""

    block: Identifier
    label: str
    name: Pattern
    level: Pattern = ""
    date: Pattern = ""
    note: Pattern = ""


class Pick(Message):
    """One row of a block, chosen by a field that says yes, under a name of its own."""

    block: Identifier
    field: Identifier


class DocumentRules(Message):
    """`documents.yaml`."""

    platform: str
    issuer: str
    demonstration_notice: str
    export_notice: str
    uploads: dict[Identifier, UploadRules]
    retention: Retention
    certificate: CertificateRules
    downloads: tuple[OfferedFile, ...]
    photo: str
    picks: dict[Identifier, Pick] = Field(default_factory=dict)
    achievements: tuple[RowSummary, ...] = ()
    publications: tuple[RowSummary, ...] = ()
    roster_title: str
    roster: dict[Identifier, Pattern]


class DocumentsProfile(Message):
    """The slice of one profile version, assembled from the files of the profile as they are published."""

    rules: DocumentRules
    templates: dict[str, tuple[Digest, str]]
    sections: tuple[Section, ...]
    options: dict[str, tuple[Option, ...]]
    catalogue: Catalogue

    @model_validator(mode="before")
    @classmethod
    def _assemble(cls, content: Any) -> Any:
        if not isinstance(content, dict) or "rules" in content:
            return content
        forms = {name: found for name, found in content.items() if name.startswith(FORMS) and name != f"{FORMS}form"}
        return {
            "rules": content.get("documents"),
            "templates": {
                name.removeprefix(TEMPLATES): (digest, ending_of(name.removeprefix(TEMPLATES), content))
                for name, digest in content.items()
                if name.startswith(TEMPLATES)
            },
            "sections": list(forms.values()),
            "options": content.get("options"),
            "catalogue": content.get("catalogue"),
        }

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        wanted = {*REQUIRED_TEMPLATES, *(offered.template for offered in self.rules.downloads)}
        if missing := wanted - self.templates.keys():
            raise ValueError(f"templates are missing: {sorted(missing)}")
        return self

    def blocks(self) -> dict[str, Block]:
        """The blocks of the form by identifier."""
        return {block.id: block for section in self.sections for block in section.blocks}


def ending_of(template: str, content: dict[str, Any]) -> str:
    """The file ending of a template: that of the name under which it is offered, else a Word document."""
    offered = (content.get("documents") or {}).get("downloads") or ()
    for entry in offered:
        if isinstance(entry, dict) and entry.get("template") == template:
            return str(entry.get("name", "")).rpartition(".")[2]
    return "docx"
