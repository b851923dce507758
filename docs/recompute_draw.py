"""Compute a draw of experts again from its record and compare: `python recompute_draw.py draw.json`.

Standard library only, so that anyone can run it. docs/draw.md explains each step.
"""

import hashlib
import json
import sys


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def outcomes(record):
    """Rank, position and outcome of every line that is not excluded, by (stratum, expert)."""
    seed, draw = record["seed"], record["draw_id"]
    ranked = []
    for number in range(len(record["strata"])):
        experts = [
            c["expert_id"] for c in record["candidates"] if c["stratum"] == number and c["excluded_because"] is None
        ]
        ranked.append(sorted((sha256(f"{seed},{draw},{expert}"), expert) for expert in experts))
    taken = {}
    for name, outcome in (("wanted", "drawn"), ("reserves", "reserve")):
        for number, stratum in enumerate(record["strata"]):
            free = [expert for _, expert in ranked[number] if expert not in taken]
            taken.update(dict.fromkeys(free[: stratum[name]], (number, outcome)))
    return {
        (number, expert): (rank, place, taken[expert][1] if taken.get(expert, (-1,))[0] == number else "not_drawn")
        for number, lines in enumerate(ranked)
        for place, (rank, expert) in enumerate(lines, start=1)
    }


def differences(record):
    """What of the record does not follow from its seed and list."""
    lines = sorted(f"{c['stratum']},{c['expert_id']},{c['excluded_because'] or ''}\n" for c in record["candidates"])
    if sha256("".join(lines)) != record["list_hash"]:
        yield "the list is not the one that was frozen"
    if hashlib.sha256(bytes.fromhex(record["seed"])).hexdigest() != record["commitment"]:
        yield "the seed is not the one that was committed"
    expected = outcomes(record)
    for c in record["candidates"]:
        told = (c["rank"], c["position"], c["outcome"])
        if told != expected.get((c["stratum"], c["expert_id"]), (None, None, None)):
            yield f"stratum {c['stratum']}, expert {c['expert_id']}: {told}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(differences(json.load(file)))
    print("\n".join(found) or "The record follows from its seed and its list.")  # noqa: T201
    sys.exit(1 if found else 0)
