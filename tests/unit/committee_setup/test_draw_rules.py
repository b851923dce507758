"""The draw: reproducible, fair in form, and never short where it was found possible."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.committee.rules.draw import Line, Outcome, Stratum, commitment, list_hash, rank, run, shortage

SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)
DRAW = UUID("00000000-0000-4000-8000-000000000001")
EXPERTS = [UUID(int=number) for number in range(12)]
LINES = st.lists(
    st.builds(Line, st.integers(0, 2), st.sampled_from(EXPERTS), st.none() | st.just("conflict")),
    unique_by=lambda line: (line.stratum, line.expert_id),
    max_size=24,
)
STRATA = st.lists(st.builds(Stratum, st.integers(1, 3), st.integers(0, 2)), min_size=3, max_size=3)
SCRIPT = Path(__file__).parents[3] / "docs" / "recompute_draw.py"


@given(SEEDS, LINES, STRATA)
def test_what_was_found_possible_is_never_short(seed: str, lines: list[Line], strata: list[Stratum]) -> None:
    """Where no shortage was found, every seed fills every stratum, takes nobody twice and nobody excluded."""
    if shortage(lines, strata) is not None:
        return
    result = run(seed, DRAW, lines, strata)
    taken = [r.line.expert_id for r in result if r.outcome is not Outcome.NOT_DRAWN]
    assert len(taken) == len(set(taken))
    for number, stratum in enumerate(strata):
        outcomes = [r.outcome for r in result if r.line.stratum == number]
        assert outcomes.count(Outcome.DRAWN) == stratum.wanted
        assert outcomes.count(Outcome.RESERVE) <= stratum.reserves
    assert {r.line for r in result} == {line for line in lines if line.excluded_because is None}


@given(SEEDS, LINES, st.randoms(use_true_random=False))
def test_order_of_the_list_does_not_matter(seed: str, lines: list[Line], shuffler: random.Random) -> None:
    """Hash and result follow from what the list says, not from how it is written down."""
    shuffled = lines.copy()
    shuffler.shuffle(shuffled)
    assert list_hash(shuffled) == list_hash(lines)
    strata = [Stratum(1, 1)] * 3
    if shortage(lines, strata) is None:
        assert set(run(seed, DRAW, shuffled, strata)) == set(run(seed, DRAW, lines, strata))


def test_rank_and_commitment_are_what_the_document_says() -> None:
    """Anyone gets rank and commitment with a pocket calculator for SHA-256."""
    seed = "00" * 32
    text = f"{seed},{DRAW},{EXPERTS[1]}"
    assert rank(seed, DRAW, EXPERTS[1]) == hashlib.sha256(text.encode()).hexdigest()
    assert commitment(seed) == hashlib.sha256(bytes(32)).hexdigest()


def test_the_published_script_finds_the_same(tmp_path: Path) -> None:
    """The script of docs/draw.md confirms a true record and refuses one in which an outcome was exchanged."""
    seed = "ab" * 32
    lines = [Line(0, expert, "conflict" if expert == EXPERTS[0] else None) for expert in EXPERTS]
    result = {r.line: r for r in run(seed, DRAW, lines, [Stratum(3, 2)])}
    candidates = [
        {
            "stratum": line.stratum,
            "expert_id": str(line.expert_id),
            "excluded_because": line.excluded_because,
            "rank": result[line].rank if line in result else None,
            "position": result[line].position if line in result else None,
            "outcome": result[line].outcome.value if line in result else None,
        }
        for line in lines
    ]
    record = {
        "draw_id": str(DRAW),
        "seed": seed,
        "commitment": commitment(seed),
        "list_hash": list_hash(lines),
        "strata": [{"wanted": 3, "reserves": 2}],
        "candidates": candidates,
    }

    def verdict() -> int:
        path = tmp_path / "draw.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        return subprocess.run([sys.executable, SCRIPT, path], check=False, capture_output=True).returncode

    assert verdict() == 0
    drawn = next(c for c in candidates if c["outcome"] == "drawn")
    other = next(c for c in candidates if c["outcome"] == "not_drawn")
    drawn["outcome"], other["outcome"] = other["outcome"], drawn["outcome"]
    assert verdict() == 1
