"""The four steps of scoring (HB-141 … HB-146, states §3.6) and what a complete score sheet is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from contracts.committee.scoring import ScoringStep
from contracts.errors import Fault, WrongState

ADVANCES: dict[ScoringStep, tuple[str, str]] = {
    ScoringStep.LEAD: ("assigned", "lead_scored"),
    ScoringStep.SECOND: ("lead_scored", "second_confirmed"),
    ScoringStep.LEADER: ("second_confirmed", "leader_confirmed"),
    ScoringStep.CHAIR: ("leader_confirmed", "chair_confirmed"),
}
SENT_BACK = "assigned"
ASSIGNABLE = ("grouped", "assigned")


def waiting_state(step: ScoringStep) -> str:
    """The state in which a material waits for this step."""
    return ADVANCES[step][0]


def advanced(state: str, step: ScoringStep) -> str:
    """The state after the step was done. Refuses: WrongState."""
    before, after = ADVANCES[step]
    if state != before:
        raise WrongState(state=state, act=step.value)
    return after


def sent_back(state: str, step: ScoringStep) -> str:
    """The state after the holder of a confirming step sent the score back to the lead (HB-145). Refuses: WrongState."""
    if step is ScoringStep.LEAD or state != ADVANCES[step][0]:
        raise WrongState(state=state, act=f"send_back_{step.value}")
    return SENT_BACK


class Item(Protocol):
    """An item of the confirmed standard."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def maximum(self) -> Decimal: ...


class Entry(Protocol):
    """What the lead gives for an item."""

    @property
    def code(self) -> str: ...
    @property
    def points(self) -> Decimal: ...
    @property
    def comment(self) -> str: ...


@dataclass(frozen=True)
class CommentRules:
    """When a comment is wanted: below this percentage of an item's maximum; and how long one may be, in characters."""

    required_below_percent: int
    longest: int


def check_entries(
    items: Sequence[Item], entries: Sequence[Entry], *, step: Decimal, comments: CommentRules
) -> tuple[Fault, ...]:
    """What is wrong with a score sheet: every item once, in its range, on the step, explained where low (HB-146)."""
    by_code = {item.code: item for item in items}
    faults: list[Fault] = []
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        item = by_code.get(entry.code)
        if item is None or entry.code in seen:
            code = "committee.score_item_unknown" if item is None else "committee.score_item_repeated"
            faults.append(Fault(pointer=f"/entries/{index}/code", code=code))
            continue
        seen.add(entry.code)
        faults += _check_points(f"/entries/{index}/points", item, entry.points, step)
        faults += _check_comment(f"/entries/{index}/comment", item, entry, comments)
    faults += [
        Fault(pointer="/entries", code="committee.score_item_missing", params={"item": item.name})
        for item in items
        if item.code not in seen
    ]
    return tuple(faults)


def total(entries: Sequence[Entry]) -> Decimal:
    """The sum of a sheet; an item's weight is its maximum, so no second factor is needed."""
    return sum((entry.points for entry in entries), Decimal(0))


def _check_points(pointer: str, item: Item, points: Decimal, step: Decimal) -> list[Fault]:
    if not 0 <= points <= item.maximum:
        params = {"item": item.code, "maximum": f"{item.maximum.normalize():f}"}
        return [Fault(pointer=pointer, code="committee.score_out_of_range", params=params)]
    if points % step:
        params = {"item": item.code, "step": f"{step.normalize():f}"}
        return [Fault(pointer=pointer, code="committee.score_off_step", params=params)]
    return []


def _check_comment(pointer: str, item: Item, entry: Entry, comments: CommentRules) -> list[Fault]:
    if len(entry.comment) > comments.longest:
        return [Fault(pointer=pointer, code="committee.comment_too_long", params={"maximum": comments.longest})]
    is_low = 100 * entry.points < comments.required_below_percent * item.maximum
    if is_low and not entry.comment.strip():
        params = {"item": item.code, "percent": comments.required_below_percent}
        return [Fault(pointer=pointer, code="committee.comment_required", params=params)]
    return []
