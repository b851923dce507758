"""A vote in the browsers of chair and judges: roll, opening, a round that is voided, papers, closing, result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from deploy.demo.browser import Browser
from deploy.demo.meeting import Meeting
from tests.e2e.conftest import Visitor

Sit = Callable[[Browser], Visitor]
CHOICES = re.compile("approve|reject|赞成|反对")


def recused(meeting: Meeting) -> str:
    """The judge who has declared a relation with the first applicant; the first judge has with the second."""
    return list(meeting.judges)[5]


def make_roll(chair: Visitor, base: str, meeting: Meeting) -> None:
    """The roll without its last judge."""
    page = chair.page
    chair.go(f"{base}/roll")
    page.get_by_role("checkbox", name="全选本页").check()
    chair.check("roll")
    page.get_by_role("button", name="选择（已选 7 人）").click()
    expect(page.get_by_text("已入票源 7 人")).to_be_visible()
    last = meeting.judges[list(meeting.judges)[-1]]["real_name"]
    page.get_by_role("button", name=f"取消选择{last}").first.click()
    expect(page.get_by_text("已入票源 6 人")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出票源").click()
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").count("\n") == 7
    page.get_by_role("link", name="去发起投票").click()


def open_vote(chair: Visitor, look: Callable[[str], None]) -> str:
    """The conditions, and the code that is shown once. `look` checks the pages as they come."""
    page = chair.page
    page.get_by_role("combobox", name="第二保管人").select_option(index=1)
    look("open")
    page.get_by_role("button", name="发起投票（6 人）").click()
    page.get_by_role("dialog").get_by_role("button", name="发起投票").click()
    code = page.locator("code").inner_text()
    look("code")
    page.get_by_role("textbox", name=re.compile("最后五位")).fill(code[-5:].lower())
    page.get_by_role("button", name="已抄下，不再显示").click()
    expect(page.get_by_text("已投完 0 人")).to_be_visible()
    expect(page.get_by_text(code)).to_have_count(0)
    look("progress")
    return code


def void_and_repeat(sit: Sit, chair: Visitor, former: Visitor, base: str, meeting: Meeting) -> str:
    """A round that cannot end early and is voided: a judge's marks go with it, everybody begins anew."""
    code = open_vote(chair, chair.check)
    judge = sit(meeting.browser_of(list(meeting.judges)[3]))
    judge.go(f"{base}/vote")
    judge.page.get_by_role("button", name="全部通过（尚未标记的 3 人）").click()
    judge.page.get_by_role("dialog").get_by_role("button", name="标记 3 人为赞成").click()
    page = chair.page
    page.get_by_role("button", name="结束投票").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="开票码").fill(code)
    dialog.get_by_role("checkbox", name=re.compile("还有 6 人未投完")).check()
    dialog.get_by_role("button", name="结束投票").click()
    expect(dialog.get_by_text(re.compile("投票人数不足"))).to_be_visible()
    chair.check("too-few")
    dialog.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="作废重投").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="作废原因").fill("开票码遗失。")
    chair.check("voiding")
    dialog.get_by_role("button", name="作废重投").click()
    expect(judge.page.get_by_text(re.compile("您标记的 3 份没有投出"))).to_be_visible()
    judge.check("paper-voided")
    again = open_vote(chair, lambda _: None)
    assert again != code
    return replace_during_the_vote(sit, former, base, meeting, judge)


def replace_during_the_vote(sit: Sit, returned: Visitor, base: str, meeting: Meeting, judge: Visitor) -> str:
    """HB-131: the chair of an open vote falls ill; the first chair is back, and opens the next round."""
    expect(judge.page.get_by_text("已标记 0 份")).to_be_visible()
    officer = sit(meeting.officer)
    replace_by_the_first(officer, meeting)
    expect(officer.page.get_by_text(re.compile("会议中突发急病"))).to_be_visible()
    officer.check("replaced-voided")
    expect(judge.page.get_by_text("已标记 0 份")).to_be_hidden()
    judge.check("paper-voided-by-change")
    returned.go("/messages")
    expect(returned.page.get_by_role("listitem").first).to_contain_text(re.compile("主任"))
    returned.check("told-of-post")
    returned.go(f"{base}/open")
    again = open_vote(returned, lambda _: None)
    expect(judge.page.get_by_text("已标记 0 份")).to_be_visible()
    stranger = sit(meeting.browser_of(list(meeting.judges)[-1]))
    stranger.go(f"{base}/vote")
    expect(stranger.page.get_by_text("您不在本次票源中")).to_be_visible()
    stranger.check("off-roll")
    return again


def replace_by_the_first(officer: Visitor, meeting: Meeting) -> None:
    """Whoever replaces the chair of an open vote has to say that the round is void."""
    page = officer.page
    name = meeting.judges[next(iter(meeting.judges))]["real_name"]
    officer.go(f"/desk/m/{meeting.meeting_id}/chair")
    page.get_by_role("button", name="更换主任").click()
    dialog = page.get_by_role("dialog", name="更换主任")
    expect(dialog.locator("input:focus")).to_have_count(1)  # the dialog has taken the focus
    dialog.get_by_role("radio", name=f"{name}：主任").focus()
    page.keyboard.press("Space")
    dialog.get_by_role("textbox", name="更换理由").fill("会议中突发急病。")
    dialog.get_by_role("button", name=f"更换为{name}").click()
    expect(dialog.get_by_role("checkbox", name=re.compile("作废本轮投票"))).to_be_focused()
    expect(dialog.get_by_text("请确认本轮投票作废。")).to_be_visible()
    officer.check("replacing-voids")
    dialog.get_by_role("checkbox", name=re.compile("作废本轮投票")).check()
    dialog.get_by_role("button", name=f"更换为{name}").click()
    expect(dialog).to_be_hidden()


def votes(sit: Sit, chair: Visitor, base: str, meeting: Meeting) -> None:
    """Three judges vote in browsers: one by the keyboard alone, one with the line cut, one who is recused and comes
    late; the others by the API."""
    judges = list(meeting.judges)
    bodies = [
        vote_by_keyboard(sit(meeting.browser_of(judges[3])), base),
        vote_over_a_broken_line(sit(meeting.browser_of(judges[2])), base),
    ]
    assert len({len(body) for body in bodies}) == 1, "the length of a request would tell the choice"
    # The chair's page counts by itself who has finished.
    expect(chair.page.get_by_text("已投完 2 人")).to_be_visible()
    chair.check("progress-live")
    vote_recused(sit(meeting.browser_of(recused(meeting))), chair, base, meeting)
    for judge in (*judges[:2], judges[4]):
        browser = meeting.browser_of(judge)
        paper = browser.get(f"{meeting.address}/ballot/paper")
        browser.post(f"/ballots/{paper['ballot_id']}/votes", {"choice": "approve", "all": True})


def vote_recused(judge: Visitor, chair: Visitor, base: str, meeting: Meeting) -> None:
    """HB-153: who is recused has a gap in the paper; the chair sees that the judge came, and a second window of the
    judge learns what was cast in the first."""
    name = meeting.judges[recused(meeting)]["real_name"]
    row = chair.page.get_by_role("row").filter(has=chair.page.get_by_role("cell", name=name))
    expect(row.get_by_role("cell").nth(1)).to_have_text("不在场")
    page = judge.page
    judge.go(f"{base}/vote")
    expect(page.get_by_text(re.compile("您不参加本项表决"))).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(4)
    judge.check("paper-recused")
    expect(row.get_by_role("cell").nth(1)).to_have_text("在场")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="全部通过（尚未标记的 2 人）").click()
    other.get_by_role("dialog").get_by_role("button", name="标记 2 人为赞成").click()
    page.get_by_role("radio", name="赞成").first.check()
    page.get_by_role("button", name="投出这 1 票").click()
    page.get_by_role("dialog").get_by_role("button", name="投出 1 票").click()
    expect(page.get_by_text("1 票已投出。还有 1 份待投。").first).to_be_visible()
    other.get_by_role("button", name="投出这 1 票").click()
    other.get_by_role("dialog").get_by_role("button", name="投出 1 票").click()
    expect(page.get_by_text("已加密，不再显示您的选择")).to_have_count(2)
    judge.check("paper-recused-cast")
    other.close()


LISTEN = """
window.votes = []
const send = window.fetch
window.fetch = async (request, ...more) => {
  if (request.url?.endsWith('/votes')) {
    const headers = Object.fromEntries(request.headers)
    window.votes.push({ url: request.url, headers, body: await request.clone().text() })
  }
  return send(request, ...more)
}
"""


def sent_votes(page: Page) -> list[str]:
    """The bodies of votes as the page sent them; neither they nor their address and headers can be read."""
    sent: list[dict[str, Any]] = page.evaluate("window.votes")
    for request in sent:
        assert set(json.loads(request["body"])) == {"sealed"}
        assert not CHOICES.search(json.dumps(request))
    return [request["body"] for request in sent]


def vote_by_keyboard(judge: Visitor, base: str) -> str:
    page = judge.page
    page.add_init_script(LISTEN)
    judge.go(f"{base}/vote")
    first = page.get_by_role("radio").first
    expect(first).to_be_visible()
    judge.check("paper")
    assert page.get_by_role("radio", checked=True).count() == 0
    assert page.get_by_role("button", name=re.compile("全部(否决|反对)")).count() == 0
    first.focus()
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.get_by_text("赞成 2，反对 1；还有 0 份未标记")).to_be_visible()
    page.keyboard.press("Enter")
    assert not sent_votes(page), "Enter must not cast"
    judge.check("paper-marked")
    page.get_by_role("button", name="投出这 3 票").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="投出 3 票？")
    expect(dialog).to_be_visible()
    judge.check("cast")
    dialog.get_by_role("button", name="投出 3 票").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("您应投的票已全部投出").first).to_be_visible()
    expect(page.get_by_text("已加密，不再显示您的选择")).to_have_count(3)
    # The button is gone with the last vote; who works by keys goes on from the heading.
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    judge.check("paper-cast")
    (body,) = sent_votes(page)
    return body


def vote_over_a_broken_line(judge: Visitor, base: str) -> str:
    page = judge.page
    page.add_init_script(LISTEN)
    tries: list[str] = []

    def lose(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 5:
            route.fetch()  # it arrives; the answer does not
        route.abort()

    page.route("**/votes", lose)
    judge.go(f"{base}/vote")
    page.get_by_role("button", name="全部通过（尚未标记的 3 人）").click()
    page.get_by_role("dialog").get_by_role("button", name="标记 3 人为赞成").click()
    page.get_by_role("link", name="返回会议").click()
    page.get_by_role("dialog").get_by_role("button", name="继续投票").click()
    page.get_by_role("button", name="投出这 3 票").click()
    page.get_by_role("dialog").get_by_role("button", name="投出 3 票").click()
    # The page tries four times, with pauses of 4.6 s in all, before it gives up.
    expect(page.get_by_text("没有收到送达确认")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("radio")).to_have_count(6)
    judge.shoot("unsure")
    page.get_by_role("button", name="再次投出").click()
    # No answer again, but the paper says by now what has arrived.
    expect(page.get_by_text("您应投的票已全部投出").first).to_be_visible(timeout=20_000)
    expect(page.get_by_text("没有收到送达确认")).to_have_count(0)
    (body,) = set(sent_votes(page))
    judge.complaints.clear()
    return body


def close(chair: Visitor, base: str, code: str) -> None:
    page = chair.page
    chair.go(f"{base}/confirm")
    expect(page.get_by_text("已投完 6 人")).to_be_visible()
    page.get_by_role("tab", name="按材料查看").click()
    expect(page.get_by_text("投票结束后显示")).to_be_visible()
    page.get_by_role("button", name="结束投票").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="开票码").fill("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")
    dialog.get_by_role("button", name="结束投票").click()
    expect(dialog.locator(".err")).to_be_visible()
    chair.check("closing")
    dialog.get_by_role("textbox", name="开票码").fill(code)
    dialog.get_by_role("button", name="结束投票").click()
    expect(page.get_by_text(re.compile("达到票数 3 人，未达到 0 人"))).to_be_visible()
    # One judge rejected one material, two were recused from one each; the vote that was sent twice counts once.
    cells = page.get_by_role("row").filter(has=page.get_by_role("cell"))
    assert sum(int(cells.nth(at).get_by_role("cell").nth(3).inner_text()) for at in range(3)) == 15
    expect(page.get_by_text("回避 1 人")).to_have_count(2)
    chair.check("results")
    page.get_by_role("tab", name="按评委查看").click()
    chair.check("results-by-judge")
    page.get_by_role("button", name="确认投票结果").click()
    page.get_by_role("dialog").get_by_role("button", name="确认 3 人的结果").click()
    expect(page.get_by_text("投票结果已确认。").first).to_be_visible()
