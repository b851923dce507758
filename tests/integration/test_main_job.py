"""The main job from unit to certificate through the HTTP API, and what all rooms must say of it afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.main_job import PEOPLE, MainJob, audit_faults, dead, rows, unpublished
from tests.stack import Stack


def settled(question: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it becomes true within the time."""
    limit = time.monotonic() + seconds
    while not question():
        if time.monotonic() > limit:
            return False
        time.sleep(0.5)
    return True


@pytest.mark.req("HB-10", "HB-16", "HB-20", "HB-25", "HB-26", "HB-36", "HB-49", "HB-100", "HB-108", "HB-121", "HB-163")
@pytest.mark.timeout(900)
def test_every_applicant_comes_out_with_a_result(job: MainJob) -> None:
    """Every declaration passes all hands and ends passed or failed."""
    summary = job.lines[-1]["summary"]
    assert summary["passed"] + summary["failed"] == PEOPLE
    assert summary["passed"] >= 1
    assert [line for line in job.lines if not line.get("ok", True)] == []


@pytest.mark.req("HB-101")
def test_the_check_names_exactly_what_is_missing(job: MainJob) -> None:
    """The one paper that was left out is the one that the automatic check names."""
    missing = {tuple(line["missing"]) for line in job.steps("自动审核指出缺项")}
    assert missing == {("/base_materials/unit_public_notice_proof",)}


@pytest.mark.req("HB-104", "HB-105")
def test_a_submission_is_withdrawn_before_and_not_after_the_review(job: MainJob) -> None:
    """撤回 works until the unit has reviewed, and is refused with its code afterwards."""
    (before,) = job.steps("撤回")
    (after,) = job.steps("审核后不能撤回")
    assert before["state"] == "draft"
    assert after["refused"] in ("review.case_already_reviewed", "common.wrong_state")


@pytest.mark.req("HB-37", "HB-39", "HB-106")
def test_a_returned_declaration_shows_its_reason(job: MainJob) -> None:
    """The applicant reads the officer's opinion and submits again."""
    (returned,) = job.steps("查看退回原因")
    assert "工作总结摘要" in returned["reason"]


@pytest.mark.req("HB-115", "HB-116")
def test_an_import_leaves_the_faulty_row_out_and_says_why(job: MainJob) -> None:
    """Of four rows one has a wrong check digit: three are added, the fault names row and field."""
    (imported,) = job.steps("批量新增评委（含一行错误）")
    assert (imported["added"], imported["left_out"]) == (3, 1)
    assert imported["faults"] == ["第2行 /id_document_no identity.number_check_character"]


@pytest.mark.req("HB-153")
def test_nobody_votes_twice(job: MainJob) -> None:
    """A second vote of a judge on a material is refused."""
    (again,) = job.steps("重复投票被拒绝")
    assert again["refused"] == "committee.already_voted"


@pytest.mark.req("HB-166", "PL-26")
def test_a_stranger_confirms_the_certificate(job: MainJob) -> None:
    """The public page confirms number and check code with no more than a masked name."""
    (confirmed,) = job.steps("下载电子证书并公开查验")
    assert confirmed["confirmed"].endswith("*")
    assert confirmed["pdf"] > 10_000
    assert confirmed["docx"] > 10_000


@pytest.mark.req("PL-31")
def test_nothing_is_left_lying_on_the_way(job: MainJob, stack: Stack) -> None:
    """All events were published and handled, none was given up."""
    assert settled(lambda: not any(unpublished(stack.settings).values())), unpublished(stack.settings)
    assert dead(stack.settings) == []


@pytest.mark.req("PL-13", "PL-14")
def test_the_audit_chains_are_whole(job: MainJob, stack: Stack) -> None:
    """Every service's audit rows form one unbroken chain."""
    assert settled(lambda: audit_faults(stack.settings) == "", 30), audit_faults(stack.settings)


@pytest.mark.req("HB-169", "PL-27", "PL-28")
def test_each_applicant_is_told_at_each_step(job: MainJob, stack: Stack) -> None:
    """Submission, admission and result are told once each, in the page and by SMS and e-mail that were handed in."""
    declarations = [line["declaration_id"] for line in job.steps("个人申报设置")]
    wanted = {"declaration_passed", "result_confirmed"}

    def told() -> bool:
        return all(
            sorted(
                row.occasion
                for row in rows(
                    stack.settings,
                    "notify",
                    "SELECT occasion FROM notice WHERE subject_id = :subject AND occasion = ANY(:wanted)",
                    subject=declaration,
                    wanted=sorted(wanted),
                )
            )
            == sorted(wanted)
            for declaration in declarations
        )

    assert settled(told)
    waiting = "SELECT count(*) FROM message WHERE state = 'waiting'"
    assert settled(lambda: rows(stack.settings, "notify", waiting)[0][0] == 0)
    failed = (
        "SELECT occasion, channel, error_code FROM message"
        " WHERE state = 'failed' AND (channel = 'email' OR error_code <> :none)"
    )
    assert rows(stack.settings, "notify", failed, none="notify.no_address") == []
