"""How fast review's lists answer with 100,000 cases: every filter of HB-T4 in every tab, and the plans on demand.

    REVIEW_DATABASE_URL=… python -m bench.review_lists [--rows 100000] [--plans]

Works in a schema of its own and drops it. Prints the median milliseconds of page and count together, seen by the
officer of the root, who sees every case.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, event, text

from chassis import context, crypto
from chassis.database import Database
from chassis.migrate import migrate
from contracts.base import PageRequest, Role
from contracts.review import CaseFilters, CaseQuery, Origin, Sort, Tab, View
from services.review.queries import cases, desk
from services.review.scope import path_of
from tests.factories.review import DEMO_NUMBER, PROFILE, World, build_world

FILTERS: dict[str, Any] = {
    "category": "c3",
    "title_series": "s7",
    "specialty": "p77",
    "declared_title": "t5",
    "title_level": "l2",
    "declaration_mode": "normal",
    "review_mode": "review",
    "id_document_no": DEMO_NUMBER,
    "real_name": "溪",
    "organization_name": "演示医院77",
    "highest_education": "11",
    "school": "大学77",
    "first_education": "21",
    "committee_id": UUID(int=7),
    "region": "139900",
    "current_title": "ct5",
    "current_title_level": "cl2",
    "current_title_years_from": 5,
    "special_experience": "rural",
    "is_entrusted_review": True,
    "major": "m77",
    "competent_department": "主管部门3",
    "origin": Origin.LOWER,
}

FILL = """
WITH n AS (SELECT generate_series(1, :rows) AS i)
INSERT INTO case_card SELECT
    gen_random_uuid(), :profile, gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(),
    gen_random_uuid(), extract(year FROM now())::int - (i % 3), now() - i * interval '1 minute', :version,
    (ARRAY['白','钟','苗','庄','闻人'])[1 + i % 5] || (ARRAY['若川','起岚','知夏','溪'])[1 + i % 4] || (i % 977),
    :cipher, CASE WHEN i = 77 THEN :hash ELSE decode(md5(i::text) || md5(i::text), 'hex') END,
    'c' || i % 5, 's' || i % 20, 'p' || i % 200, 't' || i % 9, 'l' || i % 4,
    (ARRAY['normal','exceptional','one_step'])[1 + i % 3], (ARRAY['review','social_review'])[1 + i % 2],
    '{"declared_title": "教授"}', '{}', (ARRAY['11','21','31'])[1 + i % 3], (ARRAY['21','31'])[1 + i % 2],
    '演示大学' || i % 300, 'm' || i % 150, 'ct' || i % 9, 'cl' || i % 4, date '2010-01-01' + (i % 5000),
    CASE WHEN i % 50 = 0 THEN 'rural' END,
    :unit, '演示医院' || i % 500, :path, '1399' || lpad((1 + i % 20)::text, 2, '0'), '演示主管部门' || i % 10,
    1, CASE WHEN i % 40 = 0 THEN 'held' ELSE 'waiting' END, 'upper_officer_review', 1, 'review', :holder,
    'case_officer', now() - i * interval '1 minute', true, true,
    CASE WHEN i % 10 = 0 THEN CAST(lpad(to_hex(i % 64), 32, '0') AS uuid) END,
    CASE WHEN i % 10 = 0 THEN '评审委员会' || i % 64 END, i % 100 = 0, :version
FROM n;
INSERT INTO case_step SELECT id, 1, profile, 'officer_review', 'review', :unit, 'case_officer', submitted_at,
    waiting_since, 'passed' FROM case_card;
INSERT INTO case_step SELECT id, 2, profile, step, 'review', holder_id, role, waiting_since, NULL, NULL FROM case_card;
"""


def fill(database: Database, world: World, rows: int) -> None:
    chain = [one.organization_id for one in world.chain(world.hospital.organization_id)]
    with database.begin(PROFILE) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        values = {
            "rows": rows,
            "profile": PROFILE,
            "version": world.version,
            "cipher": crypto.keyring().encrypt(DEMO_NUMBER),
            "hash": crypto.keyring().keyed_hash(DEMO_NUMBER),
            "unit": world.hospital.organization_id,
            "path": path_of(chain),
            "holder": world.office.organization_id,
        }
        session.execute(text(FILL), values)
        for organization_id in chain:
            session.execute(
                text("INSERT INTO known_organization VALUES (:id, :profile, '演示', :path)"),
                {"id": organization_id, "profile": PROFILE, "path": path_of(chain[chain.index(organization_id) :])},
            )


def vacuum(url: str) -> None:
    """What autovacuum does in time: statistics, and the map by which an index answers alone."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def median_ms(act: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--plans", action="store_true")
    wanted = arguments.parse_args()
    url = os.environ["REVIEW_DATABASE_URL"]
    schema = f"bench_{uuid.uuid4().hex[:8]}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    own = f"{url}?options=-csearch_path%3D{schema}"
    crypto.use(crypto.Keyring([("k1", bytes(32))], b"hash-key-of-benchmarks"))
    try:
        migrate(own, "review")
        database = Database(own, pool_size=2)
        world = build_world(database)
        start = time.perf_counter()
        fill(database, world, wanted.rows)
        vacuum(own)
        print(f"{wanted.rows} cases in {time.perf_counter() - start:.1f} s")
        measure(database, world, plans=wanted.plans)
        database.dispose()
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


def measure(database: Database, world: World, *, plans: bool) -> None:
    root, unit = world.officer(world.office), world.officer(world.hospital)
    lists = {
        "pending": (root, CaseQuery()),
        "pending by name": (root, CaseQuery(sort=Sort.REAL_NAME)),
        "held": (root, CaseQuery(tab=Tab.HELD)),
        "reviewed": (unit, CaseQuery(tab=Tab.REVIEWED, descending=True)),
        "this year": (root, CaseQuery(view=View.CURRENT_YEAR)),
    }
    assert root.has(Role.CASE_OFFICER)

    def page(actor: Any, query: CaseQuery, number: int = 1) -> object:
        with context.changed(actor=actor, profile=PROFILE), database.begin() as session:
            if plans:
                session.execute(text("SET LOCAL client_min_messages = log"))
            return cases.list_cases(session, actor=actor, query=query, page=PageRequest(page=number))

    if plans:
        explain(database)
    print(f"{'filter':28}" + "".join(f"{name:>17}" for name in lists))
    for name, value in {"": None, **FILTERS}.items():
        filters = CaseFilters(**({name: value} if name else {}))
        figures = [
            median_ms(
                lambda actor=actor, query=query, filters=filters: page(
                    actor, query.model_copy(update={"filters": filters})
                )
            )
            for actor, query in lists.values()
        ]
        print(f"{name or '(none)':28}" + "".join(f"{figure:14.1f} ms" for figure in figures))
    last = median_ms(lambda: page(root, CaseQuery(), 5000))
    print(f"page 5000 of pending: {last:.1f} ms")

    def menu() -> object:
        with context.changed(actor=root, profile=PROFILE), database.begin() as session:
            return desk.waiting_cases(session, actor=root)

    print(f"numbers of the menu: {median_ms(menu):.1f} ms")


def explain(database: Database) -> None:
    """Print the plan of every query on cases that takes longer than 20 ms."""

    @event.listens_for(database.engine, "before_cursor_execute", retval=False)
    def show(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM case_card" in statement and statement.startswith("SELECT"):
            start = time.perf_counter()
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement, parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            if (taken := (time.perf_counter() - start) * 1000) > 20:
                print(f"--- {taken:.0f} ms: {statement[:60]} … {statement[-300:]}\n{plan}")


if __name__ == "__main__":
    main()
