"""What an expert's form begins with: what the pool's entry already says."""

from __future__ import annotations

from datetime import date

from contracts.declaration.content import Values
from contracts.declaration.forms import FormDescription, Source
from contracts.identifiers import DocumentType, birth_date, has_birth_date_and_sex, sex


def prefilled(
    form: FormDescription,
    *,
    real_name: str,
    id_document_type: str,
    id_document_no: str,
    mobile: str | None,
    employer_name: str,
) -> dict[str, Values]:
    """Values by block of all fields that name a source; what is not known is left out."""
    tells = has_birth_date_and_sex(DocumentType(id_document_type))
    born: date | None = birth_date(id_document_no) if tells else None
    known = {
        Source.REAL_NAME: real_name,
        Source.ID_DOCUMENT_TYPE: id_document_type,
        Source.ID_DOCUMENT_NO: id_document_no,
        Source.MOBILE: mobile,
        Source.ORGANIZATION: employer_name,
        Source.BIRTH_DATE: born.isoformat() if born else None,
        Source.GENDER: sex(id_document_no).value if tells else None,
    }
    found: dict[str, Values] = {}
    for block in form.blocks().values():
        values = {
            field.id: value
            for field in block.fields
            if field.source is not None and (value := known[field.source]) is not None
        }
        if values:
            found[block.id] = values
    return found
