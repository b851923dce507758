"""What a 评审方案 may say: a meeting can ask for more than the province does, never for less."""

from __future__ import annotations

from contracts.committee.plans import Fraction
from contracts.errors import Fault
from services.committee.rules.profile import PlanRules


def share_faults(rules: PlanRules, *, quorum: Fraction, threshold: Fraction) -> tuple[Fault, ...]:
    """Which share is smaller than the province's (HB-154)."""
    asked = {"quorum": (quorum, rules.quorum), "threshold": (threshold, rules.threshold)}
    return tuple(
        Fault(
            pointer=f"/{name}",
            code="committee.share_too_small",
            params={"numerator": least.numerator, "denominator": least.denominator},
        )
        for name, (share, least) in asked.items()
        if share.numerator * least.denominator < least.numerator * share.denominator
    )
