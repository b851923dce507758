"""What everybody gets from every route, after requirements §4.3 (who may do what), PL-04 and the Hebei manual.

The applicant, the case and the material belong to the home unit, which also runs the committee and holds the meeting.
What somebody has nothing to do with is not found; what somebody sees without the role for the act is not allowed. A
refusal by state, version or content (409, 422) stands where the right was there: the request is made to be refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EVERYBODY = {
    "nobody": "not signed in",
    "other_profile": "an administrator of another province, with that session here",
    "applicant": "an applicant of the home unit, whose declaration waits for its officer",
    "applicant_foreign": "an applicant of another unit",
    "graduate": "an applicant of the home unit who has passed at a meeting before",
    "officer": "a case officer of the home unit, also of its committee and meeting",
    "officer_foreign": "a case officer of another unit with a committee of its own",
    "officer_office": "a case officer of the title-reform office above both",
    "leader": "the home unit's leader",
    "leader_foreign": "another unit's leader",
    "leader_office": "a leader of the title-reform office",
    "admin": "the home unit's administrator",
    "admin_foreign": "another unit's administrator",
    "admin_office": "the administrator of the title-reform office",
    "pool": "the manager of the home committee's pool",
    "pool_foreign": "the manager of another committee's pool",
    "judge": "an expert who sits in the meeting without a post",
    "chair": "the chair of the meeting",
    "expert_outside": "an expert of another pool",
    "system": "the system administrator",
}

OTHER_STAFF = "officer_foreign officer_office leader leader_foreign leader_office admin admin_foreign admin_office"
STRANGERS = ("nobody", "other_profile")
NO_SESSION = "401 common.session_required"
NOT_FOUND = "404 common.not_found"
NOT_ALLOWED = "403 common.not_allowed"

# Their answer hangs on a secret, and each wrong attempt is counted against the address from which other tests sign in;
# tests/integration/identity proves them.
NOT_WALKED = {
    "stream_live_updates": "does not end; tests/integration/test_live.py proves who hears what",
    "sign_in": "open to everybody with a password",
    "sign_out": "ends the session of whoever asks, and is harmless without one",
    "activate_account": "open to everybody with an activation code",
    "request_recovery": "open to everybody",
    "complete_recovery": "open to everybody with a recovery code",
    "change_password": "asks everybody who is signed in for the own password",
    "change_contact": "asks everybody who is signed in for the own password",
}


@dataclass(frozen=True)
class Row:
    """What the signed-in get: `rest` all of them but those whom `others` names by outcome. Strangers have no session.

    An outcome is status and code; of an answer in which something of the home unit may stand, `200 shown`.
    """

    rest: str
    others: dict[str, str] = field(default_factory=dict)
    public: bool = False

    def named(self) -> set[str]:
        """Whom the row names."""
        return {who for people in self.others.values() for who in people.split()}

    def of(self, who: str) -> str:
        """The outcome for somebody."""
        if who in STRANGERS and not self.public:
            return NO_SESSION
        return next((outcome for outcome, people in self.others.items() if who in people.split()), self.rest)

    def allows(self, who: str, outcome: str) -> bool:
        """Whether somebody may get this; a list that may show something need not, on its first page."""
        expected = self.of(who)
        return outcome == expected or outcome == expected.removesuffix(" shown")


TABLE: dict[str, Row] = {
    "show_committee_options": Row("200"),
    "list_committees": Row("200", {"200 shown": "officer officer_office admin admin_office pool system"}),
    "create_committee": Row(
        "403 committee.no_creation_right", {"422 common.invalid_input": "officer_office admin_office"}
    ),
    "show_committee": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office pool system"}),
    "edit_committee": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer admin pool system", "409 common.stale_version": "officer_office admin_office"}
    ),
    "set_committee_policy": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer admin pool system", "409 common.stale_version": "officer_office admin_office"}
    ),
    "open_pool_account": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer admin pool system", "422 common.invalid_input": "officer_office admin_office"}
    ),
    "grant_pool": Row(NOT_FOUND, {NOT_ALLOWED: "officer admin pool system"}),
    "reset_pool_account": Row(NOT_FOUND, {NOT_ALLOWED: "officer admin pool system"}),
    "add_expert": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer officer_office admin admin_office system", "422 common.invalid_input": "pool"}
    ),
    "download_expert_template": Row(NOT_FOUND, {"200": "officer officer_office admin admin_office pool system"}),
    "import_experts": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office system", "422 committee.import_unreadable": "pool"},
    ),
    "show_expert_import": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office pool system"}),
    "download_faulty_experts": Row(NOT_FOUND, {"200": "pool"}),
    "take_checked_experts": Row(NOT_FOUND, {"409 common.wrong_state": "pool"}),
    "open_expert_accounts": Row(
        NOT_FOUND, {"200": "pool", NOT_ALLOWED: "officer officer_office admin admin_office system"}
    ),
    "reset_expert_account": Row(NOT_FOUND, {NOT_ALLOWED: "officer officer_office admin admin_office system"}),
    "search_experts": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office pool system"}),
    "review_experts": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office pool judge system", "409 common.wrong_state": "officer"},
    ),
    "show_expert": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office pool judge system"}),
    "open_expert_files": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office pool judge system"}),
    "declare_expert_relation": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office pool judge system", "422 common.invalid_input": "officer"},
    ),
    "show_own_expert_profile": Row(NOT_FOUND, {"200": "chair expert_outside", "200 shown": "judge"}),
    "save_own_expert_block": Row(NOT_FOUND, {"409 common.stale_version": "judge chair expert_outside"}),
    # Somebody else's file is not there for an expert either.
    "attach_own_expert_file": Row(NOT_FOUND),
    "detach_own_expert_file": Row(NOT_FOUND),
    "submit_own_expert_profile": Row(NOT_FOUND, {"409 common.wrong_state": "judge chair expert_outside"}),
    "declare_own_relation": Row(NOT_FOUND, {"422 common.invalid_input": "judge chair expert_outside"}),
    "list_meetings": Row("200", {"200 shown": "officer officer_office admin admin_office judge chair system"}),
    "create_meeting": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "applicant graduate officer officer_office leader leader_office admin_office system",
            "422 common.invalid_input": "admin",
        },
    ),
    "show_meeting": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office judge chair system"}),
    "edit_meeting": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin_office judge chair system", "409 common.stale_version": "admin"},
    ),
    "show_meeting_overview": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office judge chair system"}
    ),
    "add_group": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "edit_group": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 common.stale_version": "officer"},
    ),
    "remove_group": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "show_plans": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "write_plan": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "seat_judges": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "submit_plan": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "review_plan": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "admin admin_office judge chair system", "409 common.wrong_state": "officer officer_office"},
    ),
    "revise_plan": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "search_seatable_experts": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "list_draws": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "prepare_draw": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "run_draw": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer_office admin admin_office judge chair system",
            "409 committee.plan_needs_review": "officer",
        },
    ),
    "appoint_chair": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 common.stale_version": "officer"},
    ),
    "replace_chair": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 common.stale_version": "officer"},
    ),
    "search_materials": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "place_materials": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "list_conflicts": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "decide_conflict": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer_office admin admin_office system", "409 common.stale_version": "officer"}
    ),
    "ask_lift": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer_office admin admin_office system", "409 common.stale_version": "officer"}
    ),
    "lift_conflict": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer_office admin admin_office system", "409 common.stale_version": "officer"}
    ),
    "show_standard": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office judge chair system"}),
    "set_standard": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "submit_standard": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "list_openings": Row("200 shown", public=True),
    "list_batches": Row("200", public=True),
    "show_window_history": Row("200"),
    "extend_window": Row(NOT_ALLOWED, {"409 common.stale_version": "system"}),
    "show_catalogue": Row("200"),
    "list_catalogue_choices": Row("200"),
    "show_setting_form": Row("200"),
    "show_form": Row("200"),
    "preview_setting": Row(NOT_ALLOWED, {"422 common.invalid_input": "applicant graduate applicant_foreign"}),
    "list_own_declarations": Row("200", {"200 shown": "applicant graduate"}),
    "start_declaration": Row(NOT_ALLOWED, {"422 common.invalid_input": "applicant graduate applicant_foreign"}),
    "show_declaration": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "show_setting_effects": Row(NOT_FOUND, {"422 common.invalid_input": "applicant"}),
    "change_setting": Row(NOT_FOUND, {"422 common.invalid_input": "applicant"}),
    "list_blocks": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "show_block": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "save_block": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "add_row": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "change_row": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "delete_row": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "attach_file": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "detach_file": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "show_draft_changes": Row(NOT_FOUND, {"200": "applicant"}),
    "check_declaration": Row(NOT_FOUND, {"200": "applicant"}),
    "submit_declaration": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "withdraw_declaration": Row(NOT_FOUND, {"409 common.stale_version": "applicant"}),
    "discard_declaration": Row(NOT_FOUND, {"409 common.wrong_state": "applicant"}),
    "show_status": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "list_receipts": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "show_submission": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "upload_file": Row("202"),
    "show_file": Row(NOT_FOUND, {"200 shown": "applicant"}),
    "download_file": Row(NOT_FOUND, {"200": "applicant"}),
    "preview_file": Row(NOT_FOUND, {"200": "applicant"}),
    "list_downloads": Row("200"),
    "fetch_download": Row("200"),
    "list_exchange_templates": Row("200", {"200 shown": f"officer {OTHER_STAFF}"}),
    "add_exchange_template": Row(NOT_FOUND, {NOT_ALLOWED: "applicant graduate leader admin"}),
    "enable_exchange_template": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: OTHER_STAFF,
            "409 common.stale_version": "officer",
        },
    ),
    "fetch_exchange_template": Row(
        NOT_FOUND,
        {"200": f"officer {OTHER_STAFF}"},
    ),
    "order_own_document": Row(NOT_FOUND, {"202": "applicant"}),
    "order_meeting_document": Row(
        NOT_FOUND, {"202": "officer", NOT_ALLOWED: "officer_office admin admin_office judge chair system"}
    ),
    "withdraw_certificate": Row(NOT_FOUND, {NOT_ALLOWED: "officer admin admin_office judge chair system"}),
    "list_exports": Row("200", {"200 shown": "officer"}),
    "show_export": Row(NOT_FOUND, {"200 shown": "officer"}),
    "cancel_export": Row(NOT_FOUND, {"200 shown": "officer"}),
    "fetch_document": Row(NOT_FOUND, {"200": "officer"}),
    "list_own_certificates": Row("200", {"200 shown": "graduate"}),
    "fetch_certificate": Row(NOT_FOUND, {"200": "graduate"}),
    "check_certificate": Row("200", public=True),
    "make_captcha": Row("201", public=True),
    "show_account_options": Row("200", public=True),
    "show_own_account": Row("200", {"200 shown": "applicant graduate officer leader admin pool"}),
    "list_own_sessions": Row("200"),
    "end_own_session": Row(NOT_FOUND),
    "search_organizations": Row(
        NOT_FOUND,
        {
            "200": "officer officer_office leader leader_office admin admin_office system",
            NOT_ALLOWED: "applicant graduate",
        },
    ),
    "create_organization": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "applicant graduate officer officer_office leader leader_office admin_office system",
            "422 common.invalid_input": "admin",
        },
    ),
    "show_organization": Row(
        NOT_FOUND,
        {"200 shown": "applicant graduate officer officer_office leader leader_office admin admin_office system"},
    ),
    "change_organization": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office leader leader_office admin_office system",
            "409 common.stale_version": "admin",
        },
    ),
    "delete_organization": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office leader leader_office admin_office system",
            "409 common.stale_version": "admin",
        },
    ),
    "set_committee_rights": Row(
        NOT_FOUND,
        {
            "403 identity.committee_rights_reserved": "officer officer_office leader leader_office admin system",
            "409 common.stale_version": "admin_office",
        },
    ),
    "disable_organization": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office leader leader_office admin_office system",
            "409 common.stale_version": "admin",
        },
    ),
    "enable_organization": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office leader leader_office admin_office system",
            "409 common.stale_version": "admin",
        },
    ),
    "reset_administrator": Row(
        NOT_FOUND,
        {
            "409 common.stale_version": "admin",
            NOT_ALLOWED: "officer officer_office leader leader_office admin_office system",
        },
    ),
    "search_staff": Row(
        NOT_FOUND,
        {
            "200": "admin",
            NOT_ALLOWED: "applicant graduate officer officer_office leader leader_office admin_office system",
        },
    ),
    "open_staff_account": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "applicant graduate officer officer_office leader leader_office admin_office system",
            "422 common.invalid_input": "admin",
        },
    ),
    "set_staff_roles": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "applicant graduate officer officer_office leader leader_office admin_office system",
            "409 common.stale_version": "admin",
        },
    ),
    "search_applicants": Row(
        NOT_FOUND,
        {
            "200": "officer leader admin",
            NOT_ALLOWED: "applicant graduate officer_office leader_office admin_office system",
        },
    ),
    "download_applicant_template": Row("200"),
    "check_applicant_import": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "applicant graduate officer_office leader_office admin_office system",
            "422 common.invalid_input": "officer leader admin",
        },
    ),
    "show_applicant_import": Row(NOT_FOUND),
    "download_faulty_applicants": Row(NOT_FOUND),
    "open_checked_applicants": Row(NOT_FOUND),
    "withdraw_enrolment": Row(NOT_FOUND),
    "open_applicant_account": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "applicant graduate officer_office leader_office admin_office system",
            "422 common.invalid_input": "officer leader admin",
        },
    ),
    "change_account": Row(NOT_FOUND, {"409 common.stale_version": "officer leader admin"}),
    "disable_account": Row(NOT_FOUND, {"409 common.stale_version": "officer leader admin"}),
    "enable_account": Row(NOT_FOUND, {"409 common.stale_version": "officer leader admin"}),
    "reset_password": Row(NOT_FOUND, {"409 common.stale_version": "officer leader admin"}),
    "confirm_standard": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.step_is_over": "chair"},
    ),
    "return_standard": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.step_is_over": "chair"},
    ),
    "appoint_leaders": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.step_is_over": "chair"},
    ),
    "list_own_tasks": Row(
        NOT_FOUND, {"200": "judge chair", NOT_ALLOWED: "officer officer_office admin admin_office system"}
    ),
    "list_reviewer_assignments": Row(
        NOT_FOUND, {"200 shown": "chair", NOT_ALLOWED: "officer officer_office admin admin_office judge system"}
    ),
    "assign_reviewers": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.step_is_over": "chair"},
    ),
    "list_reviewer_loads": Row(
        NOT_FOUND, {"200 shown": "chair", NOT_ALLOWED: "officer officer_office admin admin_office judge system"}
    ),
    "distribute_reviewers": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.step_is_over": "chair"},
    ),
    "list_scoring_materials": Row(
        NOT_FOUND, {"200": "judge chair", NOT_ALLOWED: "officer officer_office admin admin_office system"}
    ),
    "show_score_sheet": Row(
        NOT_FOUND, {"200 shown": "chair", NOT_ALLOWED: "officer officer_office admin admin_office judge system"}
    ),
    "open_material": Row(
        NOT_FOUND, {"200": "judge chair", NOT_ALLOWED: "officer officer_office admin admin_office system"}
    ),
    "save_score_draft": Row(NOT_FOUND, {NOT_ALLOWED: "officer officer_office admin admin_office judge chair system"}),
    "score_material": Row(NOT_FOUND, {NOT_ALLOWED: "officer officer_office admin admin_office judge chair system"}),
    "send_back_score": Row(NOT_FOUND, {NOT_ALLOWED: "officer officer_office admin admin_office judge chair system"}),
    "confirm_scores": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 common.stale_version": "chair"},
    ),
    "be_present": Row(
        NOT_FOUND, {"204": "judge chair", NOT_ALLOWED: "officer officer_office admin admin_office system"}
    ),
    "list_voter_roll": Row(
        NOT_FOUND, {"200 shown": "chair", NOT_ALLOWED: "officer officer_office admin admin_office judge system"}
    ),
    "select_voters": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.step_is_over": "chair"},
    ),
    "list_opening_conditions": Row(
        NOT_FOUND, {"200": "chair", NOT_ALLOWED: "officer officer_office admin admin_office judge system"}
    ),
    "open_ballot": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office admin admin_office judge system",
            "409 committee.materials_not_confirmed": "chair",
        },
    ),
    "show_ballot_paper": Row(
        NOT_FOUND, {"200 shown": "judge chair", NOT_ALLOWED: "officer officer_office admin admin_office system"}
    ),
    "cast_votes": Row(
        NOT_FOUND,
        {"403 committee.voter_recused": "judge chair", NOT_ALLOWED: "officer officer_office admin admin_office system"},
    ),
    "show_ballot_progress": Row(
        NOT_FOUND, {"200 shown": "chair", NOT_ALLOWED: "officer officer_office admin admin_office judge system"}
    ),
    "close_ballot": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 committee.votes_missing": "chair"},
    ),
    "void_ballot": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer officer_office admin admin_office judge system", "409 common.wrong_state": "chair"},
    ),
    "show_ballot_results": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office admin admin_office judge system",
            "409 committee.ballot_not_closed": "chair",
        },
    ),
    "confirm_ballot_result": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer officer_office admin admin_office judge system",
            "409 committee.ballot_not_closed": "chair",
        },
    ),
    "search_results": Row(NOT_FOUND, {"200": "officer officer_office admin admin_office judge chair system"}),
    "list_meeting_certificates": Row(
        NOT_FOUND, {"200": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "show_minutes": Row(
        NOT_FOUND, {"200 shown": "officer officer_office admin admin_office chair system", NOT_ALLOWED: "judge"}
    ),
    "publish_notice": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer_office admin admin_office judge chair system",
            "409 committee.step_not_ready": "officer",
        },
    ),
    "show_notice": Row(NOT_FOUND, {"200 shown": "officer officer_office admin admin_office judge chair system"}),
    "end_notice": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer_office admin admin_office judge chair system",
            "409 committee.step_not_ready": "officer",
        },
    ),
    "list_public_notices": Row("200 shown", public=True),
    "show_public_notice": Row("200 shown", public=True),
    "list_objections": Row(
        NOT_FOUND, {"200 shown": "officer admin system", NOT_ALLOWED: "officer_office admin_office judge chair"}
    ),
    "list_meeting_reports": Row(
        NOT_FOUND, {"200": "officer officer_office admin admin_office system", NOT_ALLOWED: "judge chair"}
    ),
    "record_objection": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer_office admin admin_office judge chair system",
            "409 committee.step_not_ready": "officer",
        },
    ),
    "decide_objection": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer_office admin admin_office judge chair system", "409 committee.step_is_over": "officer"},
    ),
    "report_result": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer_office admin admin_office judge chair system",
            "409 committee.step_not_ready": "officer",
        },
    ),
    "list_result_reports": Row("200", {"200 shown": "officer_office"}),
    "audit_result": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer admin admin_office judge chair system", "409 common.wrong_state": "officer_office"},
    ),
    "close_meeting": Row(
        NOT_FOUND,
        {
            NOT_ALLOWED: "officer_office admin admin_office judge chair system",
            "409 committee.step_not_ready": "officer",
        },
    ),
    "list_calendar_days": Row("200"),
    "set_calendar_days": Row(NOT_ALLOWED, {"204": "system"}),
    "list_notices": Row("200", {"200 shown": "applicant graduate officer officer_office judge chair"}),
    "count_unread_notices": Row("200"),
    "read_notices": Row("200"),
    "list_messages": Row(NOT_ALLOWED, {"200": "system"}),
    "resend_message": Row(NOT_ALLOWED, {NOT_FOUND: "system"}),
    # for operators alone; for all others there is nothing of the kind
    "list_dead_messages": Row(NOT_FOUND, {"200 shown": "system"}),
    "resend_dead_messages": Row(NOT_FOUND, {"200": "system"}),
    "list_late_jobs": Row(NOT_FOUND, {"200 shown": "system"}),
    "retry_late_job": Row(NOT_FOUND),
    "give_up_late_job": Row(NOT_FOUND),
    "find_account": Row(NOT_FOUND, {"200": "system"}),
    "search_audit": Row(NOT_FOUND, {"200 shown": "system"}),
    "export_audit": Row(NOT_FOUND, {"200": "system"}),
    "list_audit_chains": Row(NOT_FOUND, {"200": "system"}),
    "check_audit_chain": Row(NOT_FOUND, {"200": "system"}),
    "list_profile_versions": Row(NOT_FOUND, {"200": "system"}),
    "list_profile_changes": Row(NOT_FOUND, {"200": "system"}),
    "list_profiles": Row("200", public=True),
    "show_portal": Row("200", public=True),
    "show_mark": Row("200", public=True),
    "list_articles": Row("200"),
    "publish_article": Row(NOT_ALLOWED, {"201": "system"}),
    "change_article": Row(NOT_ALLOWED, {"409 common.stale_version": "system"}),
    "withdraw_article": Row(NOT_ALLOWED, {"409 common.stale_version": "system"}),
    "list_public_downloads": Row("200", public=True),
    "fetch_public_download": Row(NOT_FOUND, public=True),
    "show_article": Row(NOT_FOUND),
    "fetch_article_file": Row(NOT_FOUND),
    "fetch_public_article_file": Row(NOT_FOUND, public=True),
    "list_public_articles": Row("200", public=True),
    "show_public_article": Row("200", public=True),
    "describe_route": Row("200"),
    "search_cases": Row("200", {"200 shown": "officer"}),
    "count_cases": Row("200"),
    "order_case_export": Row(NOT_FOUND),
    "decide_cases": Row(
        "200 row common.not_found",
        {"200 row common.stale_version": "officer officer_office leader leader_office system"},
    ),
    "order_decisions": Row(
        NOT_ALLOWED,
        {"422 common.invalid_input": "officer officer_foreign officer_office leader leader_foreign leader_office"},
    ),
    "list_decision_batches": Row("200"),
    "show_decision_batch": Row(NOT_FOUND),
    "find_neighbours": Row(NOT_FOUND, {"200": "officer officer_office leader leader_office system"}),
    "save_opinion_draft": Row(
        NOT_FOUND,
        {"409 common.stale_version": "officer officer_office leader leader_office", NOT_ALLOWED: "system"},
    ),
    "count_waiting": Row("200", {"200 shown": "officer judge chair"}),
    "propose_committees": Row("200", {"200 shown": "officer officer_office leader leader_office system"}),
    "assign_committees": Row(
        "200 row common.not_found",
        {"200 row common.stale_version": "officer officer_office leader leader_office system"},
    ),
    "open_case": Row(NOT_FOUND, {"200 shown": "officer officer_office leader leader_office", NOT_ALLOWED: "system"}),
    "show_case_log": Row(NOT_FOUND, {"200 shown": "officer officer_office leader leader_office system"}),
    "decide_case": Row(
        NOT_FOUND, {NOT_ALLOWED: "officer_office leader leader_office system", "422 common.invalid_input": "officer"}
    ),
    "assign_committee": Row(NOT_FOUND, {NOT_ALLOWED: "officer officer_office leader leader_office system"}),
    "list_reroute_places": Row(
        NOT_FOUND, {"200 shown": "officer_office leader_office system", NOT_ALLOWED: "officer leader"}
    ),
    "reroute_case": Row(
        NOT_FOUND,
        {NOT_ALLOWED: "officer leader", "409 review.place_not_on_route": "officer_office leader_office system"},
    ),
    "list_common_opinions": Row("200"),
    "save_common_opinions": Row(
        NOT_ALLOWED,
        {"409 common.stale_version": "officer officer_foreign officer_office leader leader_foreign leader_office"},
    ),
}
