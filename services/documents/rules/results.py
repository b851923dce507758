"""What certificate and review form say of a meeting's result."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from chassis.clock import SHANGHAI
from contracts.committee import MaterialResult
from contracts.events import Outcome
from services.documents.rules.display import chinese_date

BLANK_DATE = "年　　月　　日"
OUTCOMES = {Outcome.PASSED: "通过", Outcome.FAILED: "未通过"}


def certificate_data(
    *,
    management_no: str,
    check_code: str,
    committee: str,
    issuer: str,
    decided_on: date,
    issued_on: date,
    page: str,
) -> dict[str, Any]:
    """Number, check code and dates; `page` is the address of the public check, which the QR code opens filled in."""
    return {
        "certificate": {
            "management_no": management_no,
            "committee": committee,
            "issuer": issuer,
            "decided_on": chinese_date(decided_on),
            "issued_on": chinese_date(issued_on),
        },
        "check": {
            "code": check_code,
            "page": page,
            "url": f"{page}?{urlencode({'management_no': management_no, 'check_code': check_code})}",
        },
    }


def result_data(
    result: MaterialResult, *, declared_title: str, management_no: str, audit_office: str = ""
) -> dict[str, Any]:
    """The vote in numbers, never who voted how; signatures and seals are set on paper beside the printed names."""
    outcome = OUTCOMES[result.outcome]
    return {
        "result": {
            "committee": result.committee_name,
            "meeting": result.meeting_name,
            "committee_size": result.committee_size or result.roll_size,
            "roll_size": result.roll_size,
            "votes_cast": result.votes_cast,
            "yes": result.yes,
            "no": result.no,
            "score": result.score_total or "",
            "outcome": outcome,
            "opinion": result.committee_opinion or f"经评审委员会评议并投票表决，{outcome}{declared_title}任职资格。",
            "chair": result.chair_name,
            "date": _day(result.confirmed_at),
            "management_no": management_no,
        },
        "audit": {
            "office": audit_office,
            "opinion": result.audit_opinion or ("审核通过。" if result.audited_at else ""),
            "date": _day(result.audited_at) if result.audited_at else BLANK_DATE,
        },
    }


def _day(moment: datetime) -> str:
    return chinese_date(moment.astimezone(SHANGHAI).date())
