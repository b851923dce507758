"""Writes the DOCX and XLSX templates of Hebei that lie beside it: `python -m profiles.hebei.templates.build`.

The documents are data and may as well be edited in Word; the script is how they were first made, so that a change of
face or margin reaches all of them at once. Tags are docxtpl's; filters and data are those of services/documents.
"""

from __future__ import annotations

import io
from pathlib import Path

from profiles.hebei.templates.expert_import import expert_import
from profiles.hebei.templates.general_form import general_form
from profiles.hebei.templates.instructions import ethics_evaluation, filling_instructions
from profiles.hebei.templates.layout import write_package
from profiles.hebei.templates.lists import meeting_list, roster
from profiles.hebei.templates.person_papers import certificate, receipt
from profiles.hebei.templates.review_form import review_form

FOLDER = Path(__file__).parent
FORMS = {
    "general_form": general_form,
    "review_form": review_form,
    "certificate": certificate,
    "receipt": receipt,
    "meeting_list": meeting_list,
    "roster": roster,
    "ethics_evaluation": ethics_evaluation,
    "filling_instructions": filling_instructions,
}


def main() -> None:
    for name, build in FORMS.items():
        build().save(FOLDER / f"{name}.docx")
    made = io.BytesIO()
    expert_import().save(made)
    write_package(FOLDER / "expert_import.xlsx", made.getvalue())


if __name__ == "__main__":
    main()
