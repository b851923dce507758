"""批量新增 of experts: the worker's job on a real PostgreSQL, the workbook from the port of the object store."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import Workbook
from sqlalchemy import delete

from chassis import context, jobs
from contracts.committee.experts import ExpertFilter, ExpertImportResult, ImportExperts, TakeCheckedExperts
from contracts.committee.refusals import ImportUnreadable
from contracts.documents import FileFacts, Verdict, file_key
from contracts.errors import NotAllowed, NotFound, WrongState
from services.committee.jobs import Jobs
from services.committee.operations import imports
from services.committee.published import PROFILES
from services.committee.queries import experts as expert_queries
from services.committee.tables import PoolManager
from tests.factories.committee_setup import World, demo_number, profile

HEADINGS = ("姓名", "证件类型", "证件号码", "手机号码", "邮箱", "工作单位", "可评专业")
NOTHING: Any = None  # the job calls no other service


class Objects:
    """The port of the object store: keys and bytes."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def read(self, key: str) -> Iterator[bytes]:
        yield self.stored[key]


class Settings:
    """The one setting that the job reads."""

    demonstration = True


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def order(world: World, **facts: object) -> tuple[ExpertImportResult, UUID]:
    file_id = uuid4()
    known = FileFacts(
        **{
            "file_id": file_id,
            "account_id": world.manager.account_id,
            "name": "评委.xlsx",
            "kind": "xlsx",
            "size": 1,
            "sha256": "0" * 64,
            "verdict": Verdict.CLEAN,
            "refused_because": None,
        }
        | facts
    )
    command = ImportExperts(command_id=uuid4(), committee_id=world.committee_id, file_id=file_id)
    return world.do(imports.order_import, command, as_actor=world.manager, files=(known,)), file_id


def work(world: World, file_id: UUID, data: bytes) -> None:
    """Let the worker do what was ordered."""
    objects = Objects()
    objects.stored[file_key("hebei", file_id)] = data
    shop = Jobs(Settings(), database=world.database, objects=objects, caller=NOTHING)  # type: ignore[arg-type]
    running = jobs.take(world.database, (imports.CHECK, imports.TAKE))
    assert running is not None
    method = {imports.CHECK: shop.check_experts, imports.TAKE: shop.take_experts}[running.kind]
    with context.changed(profile=running.profile):
        running.end("done", result=method(running))


def take(world: World, import_id: UUID) -> None:
    """Say that the checked rows go into the pool; the workbook itself is gone by then."""
    command = TakeCheckedExperts(command_id=uuid4(), import_id=import_id)
    taken = world.do(imports.order_taking, command, as_actor=world.manager)
    assert taken.state == "taking"
    work(world, uuid4(), b"")


def result(world: World, import_id: UUID) -> ExpertImportResult:
    return world.ask(expert_queries.expert_import, as_actor=world.manager, import_id=import_id)


def row(number: str, name: str = "商知远", specialty: str = "哲学") -> tuple[object, ...]:
    return (name, None, number, "15400000016", None, "云汐演示大学", specialty)


def pool_size(world: World) -> int:
    wanted = ExpertFilter(committee_id=world.committee_id)
    return world.ask(expert_queries.experts, as_actor=world.manager, wanted=wanted).total


@pytest.mark.req("HB-115", "HB-116")
def test_good_rows_are_added_known_ones_linked_and_faulty_ones_left_out(world: World) -> None:
    """Nobody is in the pool before it is said so; then each row tells what came of it, and who was known is linked."""
    known = world.add_expert(employer="云汐演示大学", real_name="柴牧之", id_document_no=demo_number(910_001))
    before = pool_size(world)
    ordered, file_id = order(world)
    data = workbook(
        row(demo_number(910_002)),
        row(demo_number(910_001), name="柴牧之"),
        row("139901198503040013"),
        row(demo_number(910_002)),
        row(demo_number(910_003), specialty="占星"),
        row(demo_number(910_001), name="别名"),
    )
    work(world, file_id, data)
    checked = result(world, ordered.import_id)
    assert (checked.state, checked.ready, checked.added, checked.left_out) == ("checked", 2, 0, 4)
    assert pool_size(world) == before
    take(world, ordered.import_id)
    done = result(world, ordered.import_id)
    assert (done.state, done.ready, done.added, done.linked, done.left_out) == ("done", 0, 1, 1, 4)
    assert [(r.row, r.outcome, [f.code for f in r.faults]) for r in done.rows] == [
        (2, "added", []),
        (3, "linked", []),
        (4, "left_out", ["identity.number_check_character"]),
        (5, "left_out", ["committee.row_doubled"]),
        (6, "left_out", ["committee.not_in_catalogue"]),
        (7, "left_out", ["committee.row_doubled"]),
    ]
    assert done.rows[1].expert_id == known
    assert pool_size(world) == 2
    with pytest.raises(WrongState):
        take(world, ordered.import_id)


@pytest.mark.req("HB-116", "PL-38")
def test_each_fault_has_its_cell_and_the_faulty_rows_can_be_corrected(world: World) -> None:
    """Column, value and what would be right, numbers of persons masked; who sent the file gets the rows as typed."""
    ordered, file_id = order(world)
    doubled = demo_number(910_041)
    rows = (row(doubled), row("139901198503040013"), row("139901198503040014", specialty="占星"), row(doubled))
    work(world, file_id, workbook(*rows))
    faults = [fault for one in result(world, ordered.import_id).rows for fault in one.faults]
    notes = profile().rules.expert_import.notes
    assert [(f.column, f.value, f.expected) for f in faults] == [
        ("证件号码", "1399************13", notes["id_document_no"]),
        ("可评专业", "占星", notes["specialties"]),
        ("证件号码", "1399************14", notes["id_document_no"]),
        ("证件号码", f"1399************{doubled[-2:]}", notes["id_document_no"]),
    ]
    theirs = world.ask(expert_queries.expert_import, as_actor=world.officer, import_id=ordered.import_id)
    assert [fault.value for one in theirs.rows for fault in one.faults] == [""] * 4
    take(world, ordered.import_id)
    faulty = world.ask(imports.faulty_rows, as_actor=world.manager, import_id=ordered.import_id)
    assert faulty.columns == HEADINGS
    assert faulty.rows == tuple(tuple(cell or "" for cell in one) for one in rows[1:])
    with pytest.raises(NotFound):
        world.ask(imports.faulty_rows, as_actor=world.officer, import_id=ordered.import_id)
    with world.database.begin("hebei") as session:
        imports.forget_typed_rows(session, kept_days={"hebei": -1})
    assert world.ask(imports.faulty_rows, as_actor=world.manager, import_id=ordered.import_id).rows == ()


@pytest.mark.req("HB-116")
def test_where_the_profile_says_so_a_faulty_row_stops_the_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With stop_on_fault nothing of the file is taken, and the faulty rows are named."""
    strict = profile().rules.expert_import.model_copy(update={"stop_on_fault": True})
    rules = profile().model_copy(update={"rules": profile().rules.model_copy(update={"expert_import": strict})})
    monkeypatch.setitem(PROFILES._parsed, ("hebei", 1), rules)
    ordered, file_id = order(world)
    work(world, file_id, workbook(row(demo_number(910_011)), row("1")))
    stopped = result(world, ordered.import_id)
    assert (stopped.state, stopped.error_code) == ("stopped", "committee.import_stopped")
    assert [r.row for r in stopped.rows if r.faults] == [3]
    with pytest.raises(WrongState):
        take(world, ordered.import_id)
    assert pool_size(world) == 0


@pytest.mark.parametrize("data", [b"no workbook", b"PK\x03\x04 broken", workbook()[:200]])
def test_what_is_no_workbook_is_unreadable(world: World, data: bytes) -> None:
    """A file that is not the template ends with its reason, not with a failed job."""
    ordered, file_id = order(world)
    work(world, file_id, data)
    assert result(world, ordered.import_id).state == "unreadable"


def test_a_file_of_others_or_unchecked_is_refused(world: World) -> None:
    """Only the own, clean workbook is imported, and only by who manages the pool."""
    for facts in ({"account_id": uuid4()}, {"verdict": Verdict.CHECKING}, {"kind": "pdf"}):
        with pytest.raises(ImportUnreadable):
            order(world, **facts)
    world.manager = world.officer
    with pytest.raises(NotAllowed):
        order(world)


def test_the_job_asks_for_the_right_again(world: World) -> None:
    """Who lost the pool between order and work imports nothing."""
    ordered, file_id = order(world)
    with world.database.begin("hebei") as session:
        session.execute(delete(PoolManager).where(PoolManager.account_id == world.manager.account_id))
    work(world, file_id, workbook(row(demo_number(910_021))))
    stopped = result(world, ordered.import_id)
    assert (stopped.state, stopped.error_code, stopped.rows) == ("stopped", "common.not_allowed", ())


def test_doing_the_jobs_again_changes_nothing(world: World) -> None:
    """A worker that died after its last transaction begins again, and nothing is doubled."""
    ordered, file_id = order(world)
    objects = Objects()
    objects.stored[file_key("hebei", file_id)] = workbook(row(demo_number(910_032)))
    shop = Jobs(Settings(), database=world.database, objects=objects, caller=NOTHING)  # type: ignore[arg-type]
    for kind, method in ((imports.CHECK, shop.check_experts), (imports.TAKE, shop.take_experts)):
        if kind == imports.TAKE:
            command = TakeCheckedExperts(command_id=uuid4(), import_id=ordered.import_id)
            world.do(imports.order_taking, command, as_actor=world.manager)
        running = jobs.take(world.database, (kind,))
        assert running is not None
        with context.changed(profile=running.profile):
            method(running)
            first = result(world, ordered.import_id)
            method(running)
        again = result(world, ordered.import_id)
        assert (first.rows, first.state) == (again.rows, again.state)
    assert (again.state, again.added, pool_size(world)) == ("done", 1, 1)
