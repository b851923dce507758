"""What one whole declaration and the officer's queue cost with 100 and with 100,000 declarations stored.

    export ZHIPING_RUN=.run/bench
    ./zhiping up && eval "$(./zhiping env)" && python -m bench.declarations

Wants an installation of its own, which it fills: with copies of a declaration that went through the API, all of them
in one officer's queue, which is the worst case. `GET /me` touches none of the filled tables: its ratio tells how much
of the others is the machine.
"""

from __future__ import annotations

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from bench.stage import Stage, open_stage
from deploy.demo.browser import Browser, wait_until
from deploy.local import postgres
from deploy.local.instance import Instance

SIZES = (100, 100_000)
PEOPLE = 4
REPEATS = 9
ID = r"/declarations/[0-9a-f-]{36}"
PARTS = {
    "start": re.compile(r"POST /declarations"),
    "save blocks": re.compile(rf"(GET|PUT) {ID}/blocks/\w+"),
    "add rows": re.compile(rf"POST {ID}/blocks/\w+/rows"),
    "attach files": re.compile(rf"POST {ID}/blocks/\w+/files"),
    "check": re.compile(rf"GET {ID}/check"),
    "submit": re.compile(rf"POST {ID}/submit"),
    "receipt": re.compile(rf"GET {ID}(/receipts)?"),
}
CONTROL = "GET /me"
QUEUES: dict[str, dict[str, Any]] = {
    "first page": {},
    "page 4": {"page": 4},
    "by name": {"sort": "real_name"},
    "of a specialty": {"filters": {"specialty": "p77"}},
    "of an education": {"filters": {"highest_education": "21"}},
    "of a name's part": {"filters": {"real_name": "溪7"}},
    "of a school's part": {"filters": {"school": "大学77"}},
    "of a region": {"filters": {"region": "139900"}},
    "title held for 5 years": {"filters": {"current_title_years_from": 5}},
}

COPIED = "LATERAL jsonb_populate_record(one, jsonb_build_object({changes})) AS copy"
NUMBERS = "generate_series(%(first)s, %(last)s) AS n"
IDS = """'declaration_id', md5('declaration' || n)::uuid, 'submission_id', md5('submission' || n)::uuid,
    'person_id', md5('person' || n)::uuid, 'account_id', md5('account' || n)::uuid"""
# database → table → what differs from the row that is copied
FILL = {
    "declaration": {
        "declaration": f"'id', md5('declaration' || n)::uuid, {IDS}",
        "draft_block": IDS,
        "draft_row": f"'id', gen_random_uuid(), {IDS}",
        "draft_file": f"'id', gen_random_uuid(), 'file_id', gen_random_uuid(), {IDS}",
        "submission": f"'id', md5('submission' || n)::uuid, 'receipt_number', 'B' || n, {IDS}",
        "submission_file": f"'file_id', gen_random_uuid(), {IDS}",
    },
    "review": {
        "case_card": f"""'id', md5('case' || n)::uuid, {IDS},
            'real_name', (ARRAY['白','钟','苗','庄','闻人'])[1 + n %% 5] ||
                (ARRAY['若川','起岚','溪'])[1 + n %% 3] || n,
            'id_document_no_hash', '\\x' || md5('a' || n) || md5('b' || n),
            'category', 'c' || n %% 5, 'title_series', 's' || n %% 20, 'specialty', 'p' || n %% 200,
            'highest_education', (ARRAY['11','21','31'])[1 + n %% 3], 'school', '演示大学' || n %% 300,
            'title_obtained_on', date '2010-01-01' + n %% 5000, 'region', '1399' || lpad((n %% 20)::text, 2, '0'),
            'organization_name', '演示医院' || n %% 500, 'submitted_at', one.submitted_at - n * interval '1 s',
            'waiting_since', one.waiting_since - n * interval '1 s'""",
        "case_step": "'case_id', md5('case' || n)::uuid",
        "case_decision": f"'id', gen_random_uuid(), 'case_id', md5('case' || n)::uuid, {IDS}",
    },
}
TEMPLATE = {
    "declaration": "one.id = %(declaration)s",
    "submission": "one.declaration_id = %(declaration)s",
    # without those of rows, whose copies get ids of their own
    "draft_file": "one.declaration_id = %(declaration)s AND one.row_id IS NULL",
    "submission_file": "one.submission_id = %(submission)s AND one.row_id IS NULL",
    "case_step": "one.case_id = %(case)s",
}


def fill(template: dict[str, Any], first: int, last: int, databases: Iterable[str] = FILL) -> None:
    """Copy the template under the numbers `first` to `last` into the databases."""
    admin = urlsplit(postgres.admin_url(Instance.open()))
    for database in databases:
        tables = FILL[database]
        with closing(psycopg2.connect(admin._replace(path=f"/{database}").geturl())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                # The copies hang together by construction: no foreign keys are looked up.
                cursor.execute("SET session_replication_role = replica")
                for table, changes in tables.items():
                    wanted = TEMPLATE.get(table, "one.declaration_id = %(declaration)s")
                    source = f"{table} AS one, {NUMBERS}, {COPIED.format(changes=changes)}"
                    statement = f"INSERT INTO {table} SELECT copy.* FROM {source} WHERE {wanted}"
                    cursor.execute(statement, {**template, "first": first, "last": last})
                cursor.execute("VACUUM ANALYZE")


def declare(stage: Stage) -> tuple[dict[str, float], dict[str, Any]]:
    """One declaration from the setting to the receipt: seconds by part, and its ids."""
    applicant, browser = stage.applicant()
    browser.times.clear()
    applicant.declare()
    found: dict[str, float] = defaultdict(float)
    for method, path, seconds in browser.times:
        for part, pattern in PARTS.items():
            if pattern.fullmatch(f"{method} {path}"):
                found[part] += seconds
    found["whole"] = sum(found.values())
    found[CONTROL] = median_seconds(lambda: browser.get("/me"))
    ids = {"declaration": applicant.declaration_id, "submission": applicant.submission_id}
    return found, ids


def median_seconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def search(officer: Browser, wanted: dict[str, Any]) -> Any:
    query = {name: value for name, value in wanted.items() if name != "page"}
    return officer.post("/cases/search", {"query": query, "page": {"page": wanted.get("page", 1), "size": 20}})


def measure(stage: Stage) -> dict[str, float]:
    """Medians at the present size."""
    declared = [declare(stage)[0] for _ in range(PEOPLE)]
    found = {name: statistics.median(one[name] for one in declared) for name in (*PARTS, "whole", CONTROL)}
    officer = stage.unit.officer
    for name, wanted in QUEUES.items():
        found[f"queue: {name}"] = median_seconds(lambda wanted=wanted: search(officer, wanted))
    return found


def declare_template(stage: Stage) -> dict[str, Any]:
    """The ids of a declaration that waits for the officer, which is what gets copied."""
    _, template = declare(stage)
    template["case"] = wait_until(lambda: search(stage.unit.officer, {})["items"], what="case")[0]["case_id"]
    return template


def main() -> None:
    stage = open_stage()
    template = declare_template(stage)  # warms up, too
    figures, filled = [], 0
    for size in SIZES:
        fill(template, filled + 1, size)
        filled = size
        figures.append(measure(stage))
    few, many = figures
    print(f"| cost | ms with {SIZES[0]:,} stored | ms with {SIZES[1]:,} stored | ratio |")
    print("|---|---|---|---|")
    for name in few:
        print(f"| {name} | {few[name] * 1000:.1f} | {many[name] * 1000:.1f} | {many[name] / few[name]:.2f} |")


if __name__ == "__main__":
    main()
