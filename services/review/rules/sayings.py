"""What a decision must say: the opinion (HB-32, HB-39) and the recommendation data of a unit (HB-40, HB-T30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from contracts.declaration.forms import Block, BlockKind
from contracts.errors import Fault, InvalidInput
from contracts.remarks import Remark
from contracts.review import Recommendation
from services.review.rules.profile import RecommendationRule

REQUIRED = "review.required"
TOO_LONG = "review.too_long"


def check_opinion(opinion: str, *, required: bool, limit: int, pointer: str = "/opinion") -> None:
    """Demand an opinion where one is due, of at most `limit` code points. Refuses: InvalidInput."""
    if required and not opinion:
        raise InvalidInput(faults=(Fault(pointer=pointer, code=REQUIRED),))
    if len(opinion) > limit:
        raise InvalidInput(faults=(_too_long(pointer, opinion, limit),))


def check_recommendation(recommendation: Recommendation | None, rule: RecommendationRule, *, limit: int) -> None:
    """Demand the recommendation data as the step has it. Refuses: InvalidInput, each field at fault by its pointer."""
    if recommendation is None:
        if rule is RecommendationRule.REQUIRED:
            raise InvalidInput(faults=(Fault(pointer="/recommendation", code=REQUIRED),))
        return
    if rule is RecommendationRule.NONE:
        raise InvalidInput(faults=(Fault(pointer="/recommendation", code="review.recommendation_not_asked"),))
    faults = [
        _too_long(f"/recommendation/{field}", text, limit)
        for field in ("recommendation_text", "objections_text", "panel_opinion")
        if len(text := getattr(recommendation, field)) > limit
    ]
    if not recommendation.panel_opinion:
        faults.append(Fault(pointer="/recommendation/panel_opinion", code=REQUIRED))
    if recommendation.has_objections and not recommendation.objections_text:
        faults.append(Fault(pointer="/recommendation/objections_text", code=REQUIRED))
    if recommendation.notice_to < recommendation.notice_from:
        faults.append(Fault(pointer="/recommendation/notice_to", code="review.notice_ends_before_it_begins"))
    if faults:
        raise InvalidInput(faults=tuple(faults))


def check_remarks(remarks: Sequence[Remark], blocks: Mapping[str, Block]) -> None:
    """Demand that each remark names a place of the form. Refuses: InvalidInput, each place by its pointer."""
    faults: list[Fault] = []
    for number, remark in enumerate(remarks):
        block = blocks.get(remark.block)
        if block is None:
            faults.append(Fault(pointer=f"/remarks/{number}/block", code="review.no_such_place"))
            continue
        if remark.row_id is not None and block.kind is not BlockKind.ROWS:
            faults.append(Fault(pointer=f"/remarks/{number}/row_id", code="review.no_rows_here"))
        if remark.field is not None and block.field(remark.field) is None:
            faults.append(Fault(pointer=f"/remarks/{number}/field", code="review.no_such_place"))
    if faults:
        raise InvalidInput(faults=tuple(faults))


def _too_long(pointer: str, text: str, limit: int) -> Fault:
    return Fault(pointer=pointer, code=TOO_LONG, params={"limit": limit, "actual": len(text)})
