"""For each route a request that is well formed, and that leaves the world as it is even where it is allowed.

Commands name a version that is long past, a repeat of what holds already, or something that the rules refuse to
everybody; who is refused earlier, by right, is what the table says. `$name` stands for an id of the province.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.factories.province import PROFILE

UNKNOWN = "00000000-0000-4000-8000-000000000000"
STALE = 999
AS_IT_IS = 0
SETTING = {
    "category": "none",
    "title_series": "none",
    "specialty": "none",
    "declared_title": "none",
    "title_level": "none",
    "declaration_mode": "normal",
    "review_mode": "review",
}
FORM = {
    "org_code": "ZZZZ",
    "region": "999999",
    "org_name": "云汐演示单位",
    "org_category": "none",
    "org_nature": "none",
    "industry": "P",
    "supervising_person": "纪怀瑾",
}
COMMITTEE = {
    "name": "演示评委会",
    "year": 2026,
    "organization_id": "$organization_id",
    "level": "none",
    "scope_kind": "none",
    "scope": [{"title_series": "none"}],
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "contact_name": "演示",
    "contact_phone": "030020000077",
}
POLICY = {"opens_on": "2026-01-01", "closes_on": "2026-12-31"}
MEETING = {
    "name": "演示会议",
    "starts_at": "2026-11-01T09:00:00+08:00",
    "ends_at": "2026-11-02T09:00:00+08:00",
    "place": "演示",
    "meeting_staff": "演示",
    "committee_ids": [UNKNOWN],
}
ARTICLE = {"kind": "announcement", "title": "演示", "body": "演示", "published_on": "2026-01-01", "audience": []}
TICKED = [{"case_id": "$case_id", "version": STALE}]


@dataclass(frozen=True)
class Asked:
    """Body, query and version of a request; `ids` gives path parameters another value than the province has."""

    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    version: int = STALE
    is_upload: bool = False


SPARE = {"organization_id": "$spare_id"}
SPARE_ACCOUNT = {"account_id": "$spare_account_id"}
NOBODY = {"account_id": UNKNOWN}
PAST = {"meeting_id": "$past_id"}
PAIR = {"expert_id": "$past_expert_id", "material_id": "$past_material_id"}

REQUESTS: dict[str, Asked] = {
    # accounts and organisations
    "end_own_session": Asked(ids={"session_id": UNKNOWN}),
    "search_organizations": Asked({"parent_id": "$organization_id"}),
    "create_organization": Asked({"parent_id": "$organization_id", "form": FORM}),
    "change_organization": Asked({"form": FORM}, ids=SPARE),
    "set_committee_rights": Asked({"committee_creation_right": False, "committee_formation_right": False}, ids=SPARE),
    "enable_organization": Asked(ids=SPARE),
    "disable_organization": Asked(ids=SPARE),
    "delete_organization": Asked(ids=SPARE),
    "reset_administrator": Asked(ids=SPARE),
    "search_staff": Asked({"organization_id": "$organization_id"}),
    "open_staff_account": Asked(
        {"organization_id": "$organization_id", "login_name": "x", "real_name": "纪怀瑾", "roles": ["system_admin"]}
    ),
    "set_staff_roles": Asked({"organization_id": "$organization_id", "roles": ["case_officer"]}, ids=SPARE_ACCOUNT),
    "search_applicants": Asked({"organization_id": "$organization_id"}),
    "open_applicant_account": Asked(
        {
            "organization_id": "$organization_id",
            "real_name": "纪怀瑾",
            "id_document_no": "139901198503040013",
            "mobile": "15400000001",
        }
    ),
    "change_account": Asked({"real_name": "纪怀瑾"}, ids=SPARE_ACCOUNT),
    "enable_account": Asked(ids=SPARE_ACCOUNT),
    "disable_account": Asked(ids=SPARE_ACCOUNT),
    "reset_password": Asked(ids=SPARE_ACCOUNT),
    "check_applicant_import": Asked({"organization_id": "$organization_id", "file_id": UNKNOWN, "year": 2099}),
    "show_applicant_import": Asked(ids={"import_id": UNKNOWN}),
    "download_faulty_applicants": Asked(ids={"import_id": UNKNOWN}),
    "open_checked_applicants": Asked(ids={"import_id": UNKNOWN}),
    "withdraw_enrolment": Asked({"reason": "演示"}, ids={"year": "2099"}),
    # declarations
    "extend_window": Asked({"closes_on": "2026-12-31", "reason": "演示"}),
    "preview_setting": Asked(SETTING),
    "start_declaration": Asked({"setting": SETTING}),
    "show_setting_effects": Asked(SETTING),
    "change_setting": Asked({"setting": SETTING}),
    "show_block": Asked(ids={"block": "basic_profile"}),
    "save_block": Asked({"values": {}}, ids={"block": "basic_profile"}),
    "add_row": Asked({"values": {}}, ids={"block": "none"}),
    "change_row": Asked({"values": {}}, ids={"block": "none", "row_id": UNKNOWN}),
    "delete_row": Asked(ids={"block": "none", "row_id": UNKNOWN}),
    "attach_file": Asked({"slot": "none", "file_id": "$file_id"}, ids={"block": "none"}),
    "detach_file": Asked({"slot": "none", "file_id": "$file_id"}, ids={"block": "none"}),
    "submit_declaration": Asked({"block_versions": {}}),
    # operations
    "resend_dead_messages": Asked({"event_ids": [UNKNOWN]}, ids={"service": "notify"}),
    "retry_late_job": Asked(ids={"service": "review", "job_id": UNKNOWN}),
    "give_up_late_job": Asked(ids={"service": "review", "job_id": UNKNOWN}),
    "find_account": Asked({"login_name": "hb-system"}),
    "search_audit": Asked({}),
    "export_audit": Asked({"query": {}, "reason": "演示"}, ids={"service": "notify"}),
    "check_audit_chain": Asked(ids={"service": "notify"}),
    "list_profile_changes": Asked(ids={"version": "1"}),
    # files and documents
    "upload_file": Asked(is_upload=True, query={"wait": "0"}),
    "fetch_download": Asked(ids={"download_id": "filling_instructions"}),
    "fetch_public_download": Asked(ids={"download_id": "none"}),
    "add_exchange_template": Asked({"organization_id": "$organization_id", "title": "演示", "file_id": "$file_id"}),
    "enable_exchange_template": Asked({"is_enabled": True}),
    "order_own_document": Asked({"document": "receipt"}),
    "order_meeting_document": Asked({"document": "certificates"}),
    "withdraw_certificate": Asked({"reason": "演示"}),
    "check_certificate": Asked(query={"management_no": "$management_no", "check_code": "$check_code"}),
    # cases
    "search_cases": Asked({}),
    "count_cases": Asked({}),
    "order_case_export": Asked({"query": {"filters": {"school": "无此学校"}}, "reason": "演示"}),
    "decide_cases": Asked({"items": TICKED, "decision": "pass", "opinion": "同意"}),
    "order_decisions": Asked({"items": [*TICKED, *TICKED], "decision": "pass", "opinion": "同意"}),
    "show_decision_batch": Asked(ids={"job_id": UNKNOWN}),
    "find_neighbours": Asked({}),
    "save_opinion_draft": Asked({"opinion": "演示"}),
    "propose_committees": Asked({"case_ids": ["$case_id"]}),
    "assign_committees": Asked({"items": TICKED, "committee_id": "$committee_id"}),
    "decide_case": Asked({"decision": "return", "opinion": ""}, version=AS_IT_IS),
    "assign_committee": Asked({"committee_id": "$committee_id"}, version=AS_IT_IS),
    "reroute_case": Asked({"step": "none", "organization_id": "$organization_id", "reason": "演示"}, version=AS_IT_IS),
    "save_common_opinions": Asked({"phrases": ["同意"]}),
    # committees and experts
    "create_committee": Asked({"code": "ZZZZ", "data": COMMITTEE, "policy": POLICY}),
    "edit_committee": Asked({"data": COMMITTEE}),
    "set_committee_policy": Asked({"policy": POLICY}),
    "open_pool_account": Asked({"login_name": "x", "real_name": "纪怀瑾"}),
    "grant_pool": Asked(ids=NOBODY),
    "reset_pool_account": Asked(ids=NOBODY),
    "add_expert": Asked(
        {
            "expert": {
                "real_name": "纪怀瑾",
                "id_document_no": "139901198503040013",
                "mobile": "15400000001",
                "employer_name": "演示",
                "specialties": ["none"],
            }
        }
    ),
    "import_experts": Asked({"file_id": "$file_id"}),
    "take_checked_experts": Asked({}),
    "reset_expert_account": Asked(ids={"expert_id": UNKNOWN}),
    "search_experts": Asked({"committee_id": "$committee_id"}),
    "review_experts": Asked({"expert_ids": ["$expert_id"], "approve": True, "opinion": "同意"}),
    "declare_expert_relation": Asked({"kind": "none", "person_name": "纪怀瑾"}),
    "declare_own_relation": Asked({"kind": "none", "person_name": "纪怀瑾"}),
    "save_own_expert_block": Asked({"revision": STALE, "content": {}}, ids={"block": "expert_research"}),
    "attach_own_expert_file": Asked({"slot": "photo", "file_id": "$file_id"}, ids={"block": "expert_profile"}),
    "detach_own_expert_file": Asked({"slot": "photo", "file_id": "$file_id"}, ids={"block": "expert_profile"}),
    # meetings
    "create_meeting": Asked({"organization_id": "$organization_id", "data": MEETING}),
    "edit_meeting": Asked({"data": MEETING}),
    "add_group": Asked({"name": "第一组", "size": 4}),
    "edit_group": Asked({"name": "第二组", "size": 4}),
    "write_plan": Asked({"text": "演示"}),
    "seat_judges": Asked({"seats": [{"expert_id": "$expert_id", "group_id": "$group_id"}]}),
    "review_plan": Asked({"approve": True, "opinion": "同意"}),
    "search_seatable_experts": Asked({}),
    "prepare_draw": Asked({"strata": [{"group_id": "$group_id", "wanted": 1}]}),
    "appoint_chair": Asked({"chair": "$judge_id", "vice_chairs": []}),
    "replace_chair": Asked({"chair": "$judge_id", "vice_chairs": [], "reason": "演示"}),
    "search_materials": Asked({}),
    "search_results": Asked({}),
    "place_materials": Asked({"group_id": "$group_id", "material_ids": ["$material_id"]}),
    "decide_conflict": Asked({**PAIR, "is_conflict": False, "reason": "演示"}),
    "ask_lift": Asked({**PAIR, "reason": "演示"}),
    "lift_conflict": Asked(PAIR),
    "set_standard": Asked(
        {"sheets": [{"name": "演示", "total": 10, "step": 1, "items": [{"code": "a", "name": "演示", "maximum": 10}]}]}
    ),
    "return_standard": Asked({"opinion": "演示"}),
    "appoint_leaders": Asked({"leaders": [{"group_id": "$group_id", "judge_id": "$judge_id"}]}),
    "assign_reviewers": Asked(
        {"material_ids": ["$material_id"], "lead_judge_id": UNKNOWN, "second_judge_id": "$judge_id"}
    ),
    "list_scoring_materials": Asked(query={"step": "lead"}),
    "save_score_draft": Asked({"revision": STALE, "entries": []}),
    "score_material": Asked({"entries": [{"code": "none", "points": 1}]}),
    "send_back_score": Asked({"step": "second", "reason": "演示"}),
    "confirm_scores": Asked({"step": "chair", "materials": [{"material_id": "$material_id", "version": STALE}]}),
    "select_voters": Asked({"judge_ids": ["$judge_id"], "selected": True}),
    "open_ballot": Asked({"second_person_id": "$judge_id"}),
    "cast_votes": Asked({"votes": [{"material_id": UNKNOWN, "choice": "approve"}]}),
    "close_ballot": Asked({"opening_code": "XXXX-XXXX-XXXX"}),
    "void_ballot": Asked({"reason": "演示"}, ids={"ballot_id": "$past_ballot_id"}),
    "confirm_ballot_result": Asked(),
    "publish_notice": Asked({"contact": "030020000077"}),
    "record_objection": Asked({"material_id": "$material_id", "objector": "纪怀瑾", "content": "演示"}),
    "decide_objection": Asked({"upheld": False, "reason": "演示"}),
    "audit_result": Asked({"approved": True, "opinion": "同意"}, ids=PAST),
    "list_draws": Asked(ids=PAST),
    "list_conflicts": Asked(ids=PAST),
    "show_notice": Asked(ids=PAST),
    "list_objections": Asked(ids=PAST),
    "list_calendar_days": Asked(query={"year": "2026"}),
    "set_calendar_days": Asked({"days": [{"day": "2099-01-01", "is_working_day": False}]}),
    # notices
    "read_notices": Asked({"notice_ids": []}),
    "resend_message": Asked(ids={"message_id": UNKNOWN}),
    "publish_article": Asked({"content": {**ARTICLE, "published_on": "2099-01-01"}}),
    "change_article": Asked({"content": ARTICLE}),
    "list_articles": Asked(query={"kind": "announcement"}),
    "list_public_articles": Asked(query={"kind": "announcement"}),
    "show_article": Asked(ids={"article_id": UNKNOWN}),
    "fetch_article_file": Asked(ids={"article_id": UNKNOWN, "file_id": UNKNOWN}),
    "fetch_public_article_file": Asked(ids={"article_id": UNKNOWN, "file_id": UNKNOWN}),
}


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The value with the province's ids in it."""
    if isinstance(value, str):
        return ids[value[1:]] if value.startswith("$") else value
    if isinstance(value, dict):
        return {key: filled(part, ids) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, ids) for part in value]
    return value


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Method and path of each operation of the OpenAPI document."""
    return {
        operation["operationId"]: (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def ask(client: httpx.Client, ids: dict[str, str], asked: Asked, method: str, path: str, **more: Any) -> httpx.Response:
    """The answer to the request; asked again while a service is away."""
    known = {**ids, "profile": PROFILE}

    def named(match: re.Match[str]) -> str:
        given: str = filled(asked.ids.get(match[1], f"${match[1]}"), known)
        return given

    request: dict[str, Any] = {"params": filled(asked.query, known)}
    if method != "get":
        request["headers"] = {"If-Match": ids["case_version"] if asked.version == AS_IT_IS else str(asked.version)}
    if asked.is_upload:
        request["files"] = {"file": ("a.txt", b"x", "text/plain")}
    elif asked.body is not None:
        request["json"] = filled(asked.body, known)
    address = re.sub(r"{(\w+)}", named, path)
    for _ in range(5):
        try:
            answer = client.request(method, address, **{**request, **more})
        except httpx.TransportError:  # an idle connection that the other end was just closing
            continue
        if answer.status_code not in (503, 504):
            return answer
        time.sleep(0.5)
    raise AssertionError(f"{method} {address} was not answered")
