"""批量新增: ordering an import of experts and putting its rows into the pool (HB-115, HB-116)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from chassis import audit, clock, jobs
from contracts.base import Actor
from contracts.committee.experts import ExpertImportResult, ImportExperts
from contracts.committee.refusals import ImportUnreadable
from contracts.declaration.catalogue import Catalogue
from contracts.documents import FileFacts, Verdict
from contracts.errors import DomainError, Fault
from contracts.forms.cascade import specialties
from contracts.identifiers import normalize_number
from services.committee.access import find_committee, require_pool
from services.committee.operations.pool import expert_faults, put_in_pool
from services.committee.published import PROFILES
from services.committee.rules.profile import ImportRules
from services.committee.rules.roster import RosterRow
from services.committee.tables import Committee, ExpertImport, PoolManager
from services.committee.views.experts import import_result

KIND = "import_experts"


def order_import(
    session: Session, *, command: ImportExperts, actor: Actor, files: Collection[FileFacts]
) -> ExpertImportResult:
    """Order the import of a checked workbook that the actor uploaded. `files`: what documents knows of it."""
    committee = find_committee(session, actor, command.committee_id)
    require_pool(actor, committee)
    file = next((f for f in files if f.file_id == command.file_id and f.account_id == actor.account_id), None)
    if file is None or file.verdict is not Verdict.CLEAN or file.kind != "xlsx":
        raise ImportUnreadable(faults=(Fault(pointer="/file_id", code="committee.import_unreadable"),))
    import_id = uuid4()
    job = jobs.order(session, KIND, {"import_id": str(import_id)})
    ordered = ExpertImport(
        id=import_id,
        profile=committee.profile,
        committee_id=committee.id,
        file_id=command.file_id,
        job_id=job.id,
        state="waiting",
        rows=[],
        ordered_at=clock.now(),
        ordered_by=actor.account_id,
    )
    session.add(ordered)
    audit.record(session, "import_ordered", "import", import_id, committee=committee.id, file=command.file_id)
    session.flush()
    return import_result(session, ordered)


@dataclass(frozen=True)
class ImportUnderway:
    """What the job needs of an import that may be done: its file, and the rules of the day on which it runs."""

    file_id: UUID
    rules: ImportRules
    catalogue: Catalogue


def begin(session: Session, *, import_id: UUID) -> ImportUnderway | None:
    """The import, if who ordered it still manages the pool: a job asks for the right again (design §2)."""
    ordered = session.get_one(ExpertImport, import_id)
    if session.get(PoolManager, (ordered.committee_id, ordered.ordered_by)) is None:
        return None
    profile = PROFILES.current(session, ordered.profile)[1]
    return ImportUnderway(ordered.file_id, profile.rules.expert_import, profile.catalogue)


def fault_rows(underway: ImportUnderway, rows: Sequence[RosterRow], *, demonstration: bool) -> list[RosterRow]:
    """The rows with everything that is wrong with them, also between them."""
    codes = frozenset(specialties(underway.catalogue))
    seen: set[str] = set()
    checked: list[RosterRow] = []
    for row in rows:
        faults = list(row.faults)
        if row.expert is not None:
            faults += expert_faults(row.expert, codes, demonstration=demonstration)
            number = normalize_number(row.expert.id_document_no)
            if number in seen:
                faults.append(Fault(pointer="/id_document_no", code="committee.row_doubled"))
            seen.add(number)
        checked.append(RosterRow(row.number, row.expert, tuple(faults)))
    return checked


def take_rows(session: Session, *, import_id: UUID, rows: Sequence[RosterRow]) -> None:
    """Put these rows into the pool and write down what came of each; rows that were taken before are passed over."""
    ordered = session.get_one(ExpertImport, import_id, with_for_update=True)
    committee = session.get_one(Committee, ordered.committee_id)
    taken = {entry["row"] for entry in ordered.rows}
    entries = [_take(session, committee, ordered, row) for row in rows if row.number not in taken]
    ordered.rows = [*ordered.rows, *entries]


def leave_out(session: Session, *, import_id: UUID, rows: Sequence[RosterRow]) -> None:
    """Write down rows that were not taken, with their faults."""
    ordered = session.get_one(ExpertImport, import_id, with_for_update=True)
    ordered.rows = [_entry(row, "left_out", None, row.faults) for row in rows]


def finish(session: Session, *, import_id: UUID, state: str, error_code: str | None = None) -> None:
    """The import is over."""
    ordered = session.get_one(ExpertImport, import_id, with_for_update=True)
    ordered.state, ordered.error_code, ordered.finished_at = state, error_code, clock.now()
    ordered.rows = sorted(ordered.rows, key=lambda entry: int(entry["row"]))
    audit.record(session, "import_finished", "import", import_id, state=state)


def _take(session: Session, committee: Committee, ordered: ExpertImport, row: RosterRow) -> dict[str, object]:
    if row.faults or row.expert is None:
        return _entry(row, "left_out", None, row.faults)
    version, rules = PROFILES.current(session, ordered.profile)
    try:
        expert, was_known = put_in_pool(
            session, committee, row.expert, rules=rules, version=version, account_id=ordered.ordered_by
        )
    except DomainError as refusal:
        return _entry(row, "left_out", None, refusal.faults)
    return _entry(row, "linked" if was_known else "added", expert.id, ())


def _entry(row: RosterRow, outcome: str, expert_id: UUID | None, faults: Sequence[Fault]) -> dict[str, object]:
    return {
        "row": row.number,
        "outcome": outcome,
        "expert_id": str(expert_id) if expert_id else None,
        "faults": [fault.model_dump(mode="json") for fault in faults],
    }
