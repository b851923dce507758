"""What officers see: tabs, filters, order, pages, scope, exports, and the case opened to be read."""

from __future__ import annotations

import base64
import uuid
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from chassis import clock, context
from chassis.database import Database
from chassis.tables import AuditEntry
from chassis.tokens import Signer, Verifier
from contracts.base import Actor, PageRequest, Role
from contracts.errors import NotAllowed, NotFound
from contracts.review import (
    Action,
    AssignCommittee,
    BatchTooLarge,
    CaseFilters,
    CaseQuery,
    CaseSummary,
    Decision,
    OrderExport,
    Origin,
    QueueCounts,
    Sort,
    Tab,
    View,
)
from services.review.listing import years_before
from services.review.operations import assigning, exporting, reading
from services.review.queries import cases, opened
from services.review.scope import REVIEWERS
from tests.factories.review import DEMO_NUMBER, FACTS, SETTING, World, build_world

STAFF = (World.officer, World.leader)
OTHER_NUMBER = "139901197909230014"
MASKED = "139901********0029"


def listed(world: World, actor: Actor, **query: Any) -> list[CaseSummary]:
    with world.database.begin() as session:
        page = PageRequest(size=100)
        return list(cases.list_cases(session, actor=actor, query=CaseQuery(**query), page=page).items)


def ids(world: World, actor: Actor, **query: Any) -> set[UUID]:
    return {row.case_id for row in listed(world, actor, **query)}


@pytest.mark.req("HB-28", "HB-46")
def test_a_case_moves_through_the_tabs(world: World) -> None:
    """未审核 until decided, 审核待定 while held, 已审核 once passed on; the next holder has it in 未审核."""
    officer, leader = world.officer(world.hospital), world.leader(world.hospital)
    _, case_id = world.opened()

    def tabs(actor: Actor) -> dict[Tab, bool]:
        return {tab: case_id in ids(world, actor, tab=tab) for tab in Tab}

    assert tabs(officer) == {Tab.PENDING: True, Tab.HELD: False, Tab.REVIEWED: False}
    world.decide(officer, case_id, Decision.HOLD, version=1, opinion="待核实")
    assert tabs(officer) == {Tab.PENDING: False, Tab.HELD: True, Tab.REVIEWED: False}
    world.decide(officer, case_id, Decision.RESUME, version=2)
    world.decide(officer, case_id, Decision.PASS, version=3)
    assert tabs(officer) == {Tab.PENDING: False, Tab.HELD: False, Tab.REVIEWED: True}
    assert tabs(leader) == {Tab.PENDING: True, Tab.HELD: False, Tab.REVIEWED: False}
    with world.database.begin() as session:
        counted = cases.count_cases(session, actor=officer, view=View.REVIEW, filters=CaseFilters())
    assert counted == QueueCounts(pending=0, held=0, reviewed=1)
    with world.database.begin() as session:
        waiting = cases.count_cases(session, actor=leader, view=View.REVIEW, filters=CaseFilters())
    assert waiting.waiting_since == listed(world, leader)[0].waiting_since


@pytest.mark.req("HB-45")
def test_own_and_lower_units_are_told_apart(world: World) -> None:
    """A university's officer has its own people and those of its hospital, and may ask for either."""
    officer = world.officer(world.university)
    _, own = world.opened(organization_id=world.university.organization_id)
    _, lower = world.opened()
    world.decide(world.officer(world.hospital), lower, Decision.PASS, version=1)
    world.decide(world.leader(world.hospital), lower, Decision.PASS, version=2)
    assert ids(world, officer) == {own, lower}
    assert ids(world, officer, filters=CaseFilters(origin=Origin.OWN)) == {own}
    assert ids(world, officer, filters=CaseFilters(origin=Origin.LOWER)) == {lower}
    assert ids(world, officer, filters=CaseFilters(organization_id=world.hospital.organization_id)) == {lower}
    assert ids(world, officer, filters=CaseFilters(organization_id=world.university.organization_id)) == {own, lower}
    assert not ids(world, officer, filters=CaseFilters(organization_id=uuid.uuid4()))


def assigned(world: World, case_id: UUID) -> UUID:
    standing = world.climb(case_id)
    committee, office = world.committee(), world.officer(world.office)
    command = AssignCommittee(
        command_id=uuid.uuid4(),
        expected_version=standing.version,
        case_id=case_id,
        committee_id=committee.committee_id,
        is_entrusted_review=True,
    )
    with context.changed(actor=office), world.database.begin() as session:
        assigning.assign_committee(session, command=command, actor=office, choice=world.choice(committee))
    return committee.committee_id


FILTERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"category": "teaching"}, {"category": "health"}),
    ({"title_series": "higher_education"}, {"title_series": "nursing"}),
    ({"specialty": "logic"}, {"specialty": "logi"}),
    ({"declared_title": "professor"}, {"declared_title": "lecturer"}),
    ({"title_level": "full_senior"}, {"title_level": "junior"}),
    ({"declaration_mode": "normal"}, {"declaration_mode": "exceptional"}),
    ({"review_mode": "review"}, {"review_mode": "social_review"}),
    ({"id_document_no": "139901198406120029 "}, {"id_document_no": OTHER_NUMBER}),
    ({"real_name": "人溪"}, {"real_name": "%"}),
    ({"organization_name": "附属医院"}, {"organization_name": "_"}),
    ({"highest_education": "11"}, {"highest_education": "21"}),
    ({"school": "演示大学"}, {"school": "栎城"}),
    ({"first_education": "21"}, {"first_education": "11"}),
    ({"region": "130000"}, {"region": "210000"}),
    ({"region": "139900"}, {"region": "139800"}),
    ({"region": "139901"}, {"region": "139902"}),
    ({"current_title": "associate_professor"}, {"current_title": "lecturer"}),
    ({"current_title_level": "deputy_senior"}, {"current_title_level": "junior"}),
    ({"special_experience": "rural"}, {"special_experience": "rura"}),
    ({"special_experience": "epidemic"}, {"special_experience": "border"}),
    ({"major": "0101"}, {"major": "0102"}),
    ({"competent_department": "教育主管"}, {"competent_department": "卫生"}),
    ({"is_entrusted_review": True}, {"is_entrusted_review": False}),
]


@pytest.mark.req("HB-29", "HB-53", "HB-172")
def test_each_filter_finds_what_it_names_and_nothing_else(world: World) -> None:
    """All 22 filters of HB-T4, by a value that the case has and one that it has not."""
    _, case_id = world.opened()
    committee_id = assigned(world, case_id)
    checker = world.officer(world.committee_unit)
    years = (date.today() - date(2019, 6, 30)).days // 365
    by_years = ({"current_title_years_from": years - 1}, {"current_title_years_from": years + 2})
    by_committee = ({"committee_id": committee_id}, {"committee_id": uuid.uuid4()})
    for has, has_not in (*FILTERS, by_years, by_committee):
        view = View.COMMITTEE_CHECK
        assert ids(world, checker, view=view, filters=CaseFilters(**has)) == {case_id}, has
        assert not ids(world, checker, view=view, filters=CaseFilters(**has_not)), has_not


def test_years_since_the_current_title_are_whole_years(world: World) -> None:
    """现职称取得年限 counts whole years on the day of the question, both ends of the range included."""
    officer = world.officer(world.hospital)
    today = clock.today()
    _, case_id = world.opened(facts=FACTS | {"title_obtained_on": years_before(today, 5).isoformat()})
    _, no_title = world.opened(facts={"title_obtained_on": "2019-06"})

    def found(first: int | None, last: int | None) -> bool:
        filters = CaseFilters(current_title_years_from=first, current_title_years_to=last)
        return case_id in ids(world, officer, filters=filters)

    assert found(5, 5)
    assert found(None, 5)
    assert not found(6, None)
    assert not found(None, 4)
    assert no_title not in ids(world, officer, filters=CaseFilters(current_title_years_from=0))


@pytest.mark.req("HB-54")
def test_numbers_in_lists_are_masked_and_found_exactly(world: World) -> None:
    """A list shows the number with stars; the whole number finds the case in any case and width of letters."""
    officer = world.officer(world.hospital)
    _, case_id = world.opened()
    assert [row.id_document_no for row in listed(world, officer)] == [MASKED]
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in DEMO_NUMBER)
    assert ids(world, officer, filters=CaseFilters(id_document_no=full_width)) == {case_id}
    assert not ids(world, officer, filters=CaseFilters(id_document_no=DEMO_NUMBER[:-1]))


@pytest.mark.req("HB-30")
def test_a_list_has_ten_rows_a_total_and_the_manuals_columns(world: World) -> None:
    """Unasked a page has ten rows and says how many there are; each row has the columns of both lists of HB-T4."""
    officer = world.officer(world.hospital)
    labels = {
        name: f"{name} in words"
        for name in (
            "category",
            "title_series",
            "specialty",
            "declared_title",
            "title_level",
            "declaration_mode",
            "review_mode",
        )
    }
    for _ in range(11):
        world.opened(setting=SETTING.model_copy(update={"labels": labels}))
    with context.changed(actor=officer), world.database.begin() as session:
        page = cases.list_cases(session, actor=officer, query=CaseQuery(), page=PageRequest())
    assert (len(page.items), page.total, page.page, page.size) == (10, 11, 1, 10)
    for row in page.items:
        assert (row.real_name, row.id_document_no) == ("闻人溪", MASKED)
        assert row.title_labels == labels
        assert row.committee_name is None
        assert {Action.PASS, Action.RETURN, Action.HOLD} <= set(row.actions)
    _, given = world.opened()
    assigned(world, given)
    checker = world.officer(world.committee_unit)
    (checked,) = listed(world, checker, view=View.COMMITTEE_CHECK)
    assert checked.committee_name == "云汐演示大学教师系列评审委员会"


@pytest.mark.req("PL-32")
def test_pages_neither_repeat_nor_lose_a_row(world: World) -> None:
    """Rows of one moment keep one order over all pages, in both directions, by each sort."""
    officer = world.officer(world.hospital)
    moment = clock.now()
    with clock.standing_at(moment):
        expected = {world.opened(submitted_at=moment)[1] for _ in range(7)}
    for sort in Sort:
        for descending in (False, True):
            query = CaseQuery(sort=sort, descending=descending)
            seen: list[UUID] = []
            for number in range(1, 5):
                with world.database.begin() as session:
                    page = cases.list_cases(session, actor=officer, query=query, page=PageRequest(page=number, size=2))
                assert page.total == 7
                seen += [row.case_id for row in page.items]
            assert len(seen) == 7
            assert set(seen) == expected
    with world.database.begin() as session:
        beyond = cases.list_cases(session, actor=officer, query=CaseQuery(), page=PageRequest(page=999_999, size=100))
    assert (beyond.items, beyond.total) == ((), 7)


def test_names_are_sorted_as_chinese_readers_expect(world: World) -> None:
    """By pinyin: 白, 柴, 尉迟 … and rare characters do not break it."""
    officer = world.officer(world.hospital)
    for name in ("钟起岚", "白若川", "䶮𬭎", "买合木提·艾则孜·阿勒泰尼", "柴云深"):
        world.opened(real_name=name)
    names = [row.real_name for row in listed(world, officer, sort=Sort.REAL_NAME)]
    common = [name for name in names if name != "䶮𬭎"]
    assert common == ["白若川", "柴云深", "买合木提·艾则孜·阿勒泰尼", "钟起岚"]
    assert ids(world, officer, filters=CaseFilters(real_name="艾则孜•阿"))
    assert ids(world, officer, filters=CaseFilters(real_name="𬭎"))


@pytest.mark.req("HB-47")
def test_the_list_of_the_year_shows_the_subtree_with_its_latest_submissions(world: World) -> None:
    """今年申报材料: own and lower units, the current year, each declaration once, whatever its state."""
    card, first = world.opened()
    world.decide(world.officer(world.hospital), first, Decision.RETURN, version=1, opinion="请补充")
    second = world.open(card.model_copy(update={"submission_id": uuid.uuid4(), "submission_number": 2}))
    _, last_year = world.opened(declaration_year=clock.today().year - 1)
    _, upstairs = world.opened(organization_id=world.university.organization_id)
    view = View.CURRENT_YEAR
    assert ids(world, world.leader(world.hospital), view=view) == {second}
    assert ids(world, world.officer(world.university), view=view) == {second, upstairs}
    assert ids(world, world.officer(world.office), view=view) == {second, upstairs}
    assert not ids(world, world.officer(world.committee_unit), view=view)
    assert not ids(world, world.person((Role.ORG_ADMIN, world.office)), view=view)
    assert last_year not in ids(world, world.officer(world.office), view=view)
    administrator = world.person((Role.SYSTEM_ADMIN, world.office))
    shown = listed(world, administrator, view=view, descending=True)
    rows = {row.case_id: row for row in shown}
    assert rows.keys() >= {second, upstairs}
    assert rows[upstairs].actions == (Action.REROUTE,)
    assert rows[upstairs].id_document_no == MASKED


def test_each_view_shows_its_own_steps_with_what_may_be_done(world: World) -> None:
    """Review, pre-assignment and material check are lists of their own; the pre-assigner may change the committee."""
    _, case_id = world.opened()
    office, checker = world.officer(world.office), world.officer(world.committee_unit)
    world.climb(case_id)
    assert not ids(world, office)
    row = listed(world, office, view=View.PREASSIGNMENT)[0]
    assert row.actions == (Action.ASSIGN, Action.RETURN, Action.HOLD)
    committee = world.committee()
    command = AssignCommittee(
        command_id=uuid.uuid4(),
        expected_version=row.version,
        case_id=case_id,
        committee_id=committee.committee_id,
    )
    with context.changed(actor=office), world.database.begin() as session:
        assigning.assign_committee(session, command=command, actor=office, choice=world.choice(committee, case_id))
    assert listed(world, office, view=View.PREASSIGNMENT, tab=Tab.REVIEWED)[0].actions == (Action.ASSIGN,)
    shown = listed(world, checker, view=View.COMMITTEE_CHECK)[0]
    assert shown.actions == (Action.PASS, Action.RETURN, Action.HOLD)
    assert (shown.committee_name, shown.step_label) == (committee.name, "评委会审查申报材料")
    assert shown.holder_organization_name == world.committee_unit.name


def test_a_row_says_where_passing_leads(world: World) -> None:
    """Own leader, the unit above, pre-assignment by the root: each is named before anybody decides."""
    _, case_id = world.opened()
    places = [(actor, place) for place in world.chain(world.hospital.organization_id) for actor in STAFF]
    following = [
        (place.organization_id, role) for place in world.chain(world.hospital.organization_id) for role in REVIEWERS
    ]
    for version, (staff, place) in enumerate(places, start=1):
        actor = staff(world, place)
        shown = listed(world, actor)[0].next
        assert shown is not None
        if version < len(places):
            assert (shown.organization_id, shown.role) == following[version]
        else:
            assert (shown.organization_name, shown.step) == (world.office.name, "preassignment")
        world.decide(actor, case_id, Decision.PASS, version=version)
    assert listed(world, world.leader(world.hospital), tab=Tab.REVIEWED)[0].next is None


# opening a case


@pytest.mark.req("HB-31", "HB-54")
def test_opening_a_case_is_recorded_and_grants_what_the_reader_needs(world: World) -> None:
    """The holder reads the number, a superior reads it masked; each reading stands in the audit log."""
    seed = base64.b64encode(bytes(range(32))).decode()
    signer = Signer("review", seed)
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    verifier = Verifier({"review": base64.b64encode(public).decode()})
    card, case_id = world.opened()
    numbers = {}
    for reader in (world.officer(world.hospital), world.officer(world.university)):
        with context.changed(actor=reader), world.database.begin() as session:
            found, grant = reading.read_case(session, actor=reader, case_id=case_id)
            shown = opened.opened_case(session, found, actor=reader, grant=grant, token=signer.read_grant(grant))
        numbers[shown.case.id_document_no] = grant.masked
        assert verifier.read_grant(shown.read_grant, reader).submission_id == card.submission_id
        with pytest.raises(NotFound):
            verifier.read_grant(shown.read_grant, world.officer(world.office))
        assert shown.recommendation == "required"
        with world.database.begin() as session:
            rows = session.scalars(select(AuditEntry).where(AuditEntry.account_id == reader.account_id)).all()
        assert [(row.action, row.object_id) for row in rows] == [("case_read", case_id)]
    assert set(numbers) == {DEMO_NUMBER, MASKED}
    assert numbers[DEMO_NUMBER] == ()
    assert "basic_profile.id_document_no" in numbers[MASKED]


def test_a_case_out_of_scope_is_not_opened(world: World) -> None:
    """Strangers and the committee not yet named find nothing; the system administrator finds it and may not read it."""
    _, case_id = world.opened()
    for stranger, refusal in (
        (world.officer(world.committee_unit), NotFound),
        (world.person((Role.ORG_ADMIN, world.hospital)), NotFound),
        (world.person((Role.SYSTEM_ADMIN, world.office)), NotAllowed),
        (world.person(), NotFound),
    ):
        with context.changed(actor=stranger), world.database.begin() as session, pytest.raises(refusal):
            reading.read_case(session, actor=stranger, case_id=case_id)


# exports


def export(world: World, actor: Actor, query: CaseQuery, case_ids: tuple[UUID, ...] | None = None) -> tuple[UUID, ...]:
    command = OrderExport(command_id=uuid.uuid4(), query=query, case_ids=case_ids, reason="上报备案")
    with context.changed(actor=actor), world.database.begin() as session:
        return exporting.resolve_export(session, command=command, actor=actor)


@pytest.mark.req("HB-48", "PL-33")
def test_an_export_holds_the_rows_of_the_list_in_its_order(world: World) -> None:
    """All rows of the query or the ticked ones, never one out of scope; the reason is on record."""
    officer = world.officer(world.hospital)
    for name in ("白若川", "柴云深", "钟起岚"):
        world.opened(real_name=name)
    world.opened(real_name="白外人", setting=SETTING.model_copy(update={"title_level": "junior"}))
    foreign = world.opened(organization_id=world.university.organization_id)[1]
    query = CaseQuery(filters=CaseFilters(title_level="full_senior"), sort=Sort.REAL_NAME, descending=True)
    rows = listed(world, officer, **query.model_dump())
    assert [row.real_name for row in rows] == ["钟起岚", "柴云深", "白若川"]
    assert list(export(world, officer, query)) == [row.submission_id for row in rows]
    ticked = (rows[2].case_id, rows[0].case_id)
    assert list(export(world, officer, query, ticked)) == [rows[0].submission_id, rows[2].submission_id]
    with pytest.raises(NotFound):
        export(world, officer, query, (*ticked, foreign))
    with pytest.raises(NotFound):
        export(world, world.person(), query)
    with world.database.begin() as session:
        recorded = session.scalars(
            select(AuditEntry).where(AuditEntry.account_id == officer.account_id, AuditEntry.action == "export_ordered")
        ).all()
    assert [(entry.details["reason"], entry.details["rows"]) for entry in recorded] == [
        ("上报备案", 3),
        ("上报备案", 2),
    ]


def test_an_export_that_is_too_large_is_refused(database: Database) -> None:
    """The profile limits the rows of one export."""
    world = build_world(database, route={"export_limit": 1})
    for _ in range(2):
        world.opened()
    with pytest.raises(BatchTooLarge):
        export(world, world.officer(world.hospital), CaseQuery())
