"""批量新增: having a workbook of experts checked, and putting its rows into the pool (HB-115, HB-116)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import case, func, update
from sqlalchemy.orm import Session

from chassis import audit, clock, jobs
from contracts.base import Actor
from contracts.committee.experts import ExpertImportResult, ImportExperts, TakeCheckedExperts
from contracts.committee.refusals import ImportUnreadable
from contracts.declaration.catalogue import Catalogue
from contracts.documents import FileFacts, Verdict
from contracts.errors import DomainError, Fault, NotFound, WrongState
from contracts.forms.cascade import specialties
from contracts.identifiers import normalize_number
from contracts.identity.imports import FaultyRows
from services.committee.access import find_committee, require_pool
from services.committee.operations.pool import expert_faults, put_in_pool
from services.committee.published import PROFILES
from services.committee.rules.profile import ImportRules
from services.committee.rules.roster import RosterRow, judged_row, specialty_words
from services.committee.tables import Committee, ExpertImport, PoolManager
from services.committee.views.experts import import_result

CHECK = "check_experts"
TAKE = "take_experts"
ROWS_AT_ONCE = 50


def order_import(
    session: Session, *, command: ImportExperts, actor: Actor, files: Collection[FileFacts]
) -> ExpertImportResult:
    """Order the check of a clean workbook that the actor uploaded. `files`: what documents knows of it."""
    committee = find_committee(session, actor, command.committee_id)
    require_pool(actor, committee)
    file = next((f for f in files if f.file_id == command.file_id and f.account_id == actor.account_id), None)
    if file is None or file.verdict is not Verdict.CLEAN or file.kind != "xlsx":
        raise ImportUnreadable(faults=(Fault(pointer="/file_id", code="committee.import_unreadable"),))
    import_id = uuid4()
    job = jobs.order(session, CHECK, {"import_id": str(import_id)})
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
    return import_result(session, ordered, reader=actor.account_id)


def order_taking(session: Session, *, command: TakeCheckedExperts, actor: Actor) -> ExpertImportResult:
    """Order that the rows of an own checked import be put into the pool. Refuses: NotFound, NotAllowed, WrongState."""
    ordered = _own_import(session, actor, command.import_id, lock=True)
    if ordered.state != "checked":
        raise WrongState(state=ordered.state)
    ordered.state = "taking"
    ordered.job_id = jobs.order(session, TAKE, {"import_id": str(ordered.id)}).id
    audit.record(session, "import_taken", "import", ordered.id, committee=ordered.committee_id)
    return import_result(session, ordered, reader=actor.account_id)


def faulty_rows(session: Session, *, actor: Actor, import_id: UUID) -> FaultyRows:
    """The rows of an own import that were left out, as they were typed. Refuses: NotFound, NotAllowed."""
    ordered = _own_import(session, actor, import_id)
    rules = PROFILES.current(session, ordered.profile)[1].rules.expert_import
    typed = ordered.typed or {}
    return FaultyRows(
        sheet=rules.sheet,
        columns=tuple(rules.columns.values()),
        rows=tuple(
            tuple(typed[str(row["row"])][field] for field in rules.columns)
            for row in ordered.rows
            if row["outcome"] == "left_out" and str(row["row"]) in typed
        ),
    )


@dataclass(frozen=True)
class ImportUnderway:
    """What a job needs of an import that may be done: its file, and the rules of the day on which it runs."""

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
        checked.append(replace(row, faults=tuple(faults)))
    return checked


def keep_check(session: Session, *, import_id: UUID, rows: Sequence[RosterRow]) -> None:
    """Keep what the check found: nobody is in the pool yet."""
    ordered = session.get_one(ExpertImport, import_id, with_for_update=True)
    if ordered.state != "waiting":
        return
    ordered.rows = [
        _entry(row.number, "left_out" if row.faults else "ready", None, row.faults)
        for row in sorted(rows, key=lambda row: row.number)
    ]
    ordered.typed = {str(row.number): dict(row.texts) for row in rows}
    ordered.state = "checked"


def take_rows(session: Session, *, import_id: UUID, underway: ImportUnderway, demonstration: bool) -> int:
    """Put the next rows into the pool and write down what came of each; answers how many are left."""
    ordered = session.get_one(ExpertImport, import_id, with_for_update=True)
    committee = session.get_one(Committee, ordered.committee_id)
    typed = dict(ordered.typed or {})
    ready = [entry["row"] for entry in ordered.rows if entry["outcome"] == "ready"]
    words = specialty_words(underway.catalogue)
    came: dict[int, dict[str, Any]] = {}
    for number in ready[:ROWS_AT_ONCE]:
        texts = typed[str(number)]
        row = judged_row(number, texts, texts, rules=underway.rules, specialty_codes=words)
        (row,) = fault_rows(underway, [row], demonstration=demonstration)
        came[number] = _take(session, committee, ordered, row)
        if came[number]["expert_id"]:
            del typed[str(number)]
    ordered.rows = [came.get(entry["row"], entry) for entry in ordered.rows]
    ordered.typed = typed
    return len(ready) - len(came)


def finish(session: Session, *, import_id: UUID, state: str, error_code: str | None = None) -> None:
    """The import is over."""
    ordered = session.get_one(ExpertImport, import_id, with_for_update=True)
    ordered.state, ordered.error_code, ordered.finished_at = state, error_code, clock.now()
    audit.record(session, "import_finished", "import", import_id, state=state)


def forget_typed_rows(session: Session, *, kept_days: Mapping[str, int]) -> None:
    """Delete, by each profile's rule, what was typed into rows that nobody took; a waiting import is over with it."""
    for profile, days in kept_days.items():
        session.execute(
            update(ExpertImport)
            .where(
                ExpertImport.profile == profile,
                ExpertImport.typed.is_not(None),
                ExpertImport.ordered_at < clock.now() - timedelta(days=days),
                ExpertImport.state != "taking",
            )
            .values(
                typed=None,
                state=case((ExpertImport.state == "checked", "done"), else_=ExpertImport.state),
                finished_at=func.coalesce(ExpertImport.finished_at, clock.now()),
            )
        )


def _own_import(session: Session, actor: Actor, import_id: UUID, *, lock: bool = False) -> ExpertImport:
    """An import that the actor ordered for a pool that is still the actor's. Refuses: NotFound, NotAllowed."""
    ordered = session.get(ExpertImport, import_id, with_for_update=lock or None)
    if ordered is None or ordered.ordered_by != actor.account_id:
        raise NotFound()
    require_pool(actor, find_committee(session, actor, ordered.committee_id))
    return ordered


def _take(session: Session, committee: Committee, ordered: ExpertImport, row: RosterRow) -> dict[str, Any]:
    if row.faults or row.expert is None:
        return _entry(row.number, "left_out", None, row.faults)
    version, rules = PROFILES.current(session, ordered.profile)
    try:
        expert, was_known = put_in_pool(
            session, committee, row.expert, rules=rules, version=version, account_id=ordered.ordered_by
        )
    except DomainError as refusal:
        faults = refusal.faults or (Fault(pointer="/id_document_no", code=refusal.code, params=refusal.params),)
        return _entry(row.number, "left_out", None, faults)
    return _entry(row.number, "linked" if was_known else "added", expert.id, ())


def _entry(number: int, outcome: str, expert_id: UUID | None, faults: Sequence[Fault]) -> dict[str, Any]:
    return {
        "row": number,
        "outcome": outcome,
        "expert_id": str(expert_id) if expert_id else None,
        "faults": [fault.model_dump(mode="json") for fault in faults],
    }
