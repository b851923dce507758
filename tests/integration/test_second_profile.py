"""A second province on the same installation, by data alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.rpc import Caller
from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser, Problem, wait_until
from deploy.demo.people import Inventor
from deploy.found import found
from tests.factories.invented import Files, invent_province
from tests.stack import Stack

SETTING = {
    "category": "crafts",
    "title_series": "lacquer",
    "specialty": "L1",
    "declared_title": "general.intermediate",
    "title_level": "intermediate",
    "declaration_mode": "normal",
    "review_mode": "review",
}


def change(files: Files) -> None:
    """Another name, another catalogue, a form of one block with a field of its own, and one officer instead of four."""
    portal = files.read("portal")
    portal["system_name"] = {"zh": "云汐演示省职称申报系统", "en": "Yunxi Demonstration"}
    files.write("portal", portal)
    catalogue = files.read("catalogue")
    catalogue["categories"] = [
        {
            "code": "crafts",
            "label": "工艺类",
            "series": [
                {
                    "code": "lacquer",
                    "label": "漆艺",
                    "family": "lacquer",
                    "tracks": [
                        {"code": "general", "titles": {"intermediate": "漆艺师"}, "specialties": {"L1": "脱胎漆器"}}
                    ],
                }
            ],
        }
    ]
    files.write("catalogue", catalogue)
    basic = files.read("forms/basic")
    (profile,) = [block for block in basic["blocks"] if block["id"] == "basic_profile"]
    kept = ("real_name", "id_document_type", "id_document_no", "mobile")
    profile["fields"] = [
        *(field for field in profile["fields"] if field["id"] in kept),
        {"id": "motto", "label": {"zh": "艺训", "en": "Motto"}, "type": "text", "required": True, "limit": 7},
    ]
    basic["blocks"] = [profile]
    files.write("forms/basic", basic)
    files.write("forms/form", {"sections": ["basic", "setting"]})
    for section in ("study", "experience", "achievements", "publications", "supplement"):
        files.remove(f"forms/{section}")
    route = files.read("route")
    route["steps"] = [
        step for step in route["steps"] if step["id"] in ("officer_review", "preassignment", "committee_check")
    ]
    route["steps"][0]["recommendation"] = "none"
    route["opinion_limit"] = 9
    files.write("route", route)
    batches = files.read("batches")
    batches["rules"]["number_prefix"] = "YX"
    files.write("batches", batches)


@dataclass
class Yunxi:
    """The invented province with its people signed in."""

    profile: str
    officer: Browser
    root_officer: Browser
    applicant: Browser
    address: str


@pytest.fixture(scope="module")
def installation_of(stack: Stack) -> Any:
    def give(profile: str) -> Installation:
        return Installation(
            stack.url, profile, peers=stack.settings["ZHIPING_PEERS_URL"], folder=Path(stack.settings["ZHIPING_RUN"])
        )

    return give


@pytest.fixture(scope="module")
def yunxi(stack: Stack, installation_of: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yunxi]:
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    profile = invent_province(caller, tmp_path_factory.mktemp("provinces"), change)
    founded = found(profile, caller)
    caller.link.stop()
    place, inventor = installation_of(profile), Inventor()
    opened: list[Browser] = []

    def enter(who: str, handed: Any, kind: str = "unit", identifier: str | None = None) -> Browser:
        opened.append(
            place.activate(
                who, kind=kind, identifier=identifier or handed["login_name"], code=handed["activation_code"]
            )
        )
        return opened[-1]

    admin = enter("root", founded.administrator.model_dump())
    root_id = str(founded.organization_id)

    def staff(by: Browser, organization_id: str) -> Browser:
        body = {
            "organization_id": organization_id,
            "login_name": f"o{uuid.uuid4().hex[:8]}",
            "real_name": inventor.person().name,
            "roles": ["case_officer"],
        }
        return enter("officer", by.post("/staff", body))

    root_officer = staff(admin, root_id)
    form = {
        "org_code": "0001",
        "region": "139901",
        "org_name": "云汐演示漆艺研究所",
        "org_category": "employer",
        "org_nature": "institution",
        "industry": "P",
        "supervising_person": "霍听澜",
    }
    created = admin.post(
        "/organizations",
        {"parent_id": root_id, "form": form, "administrator_login_name": f"a{uuid.uuid4().hex[:8]}"},
    )
    unit_id = created["organization"]["organization_id"]
    unit_admin = enter("unit", created["administrator"])
    officer = staff(unit_admin, unit_id)
    person = inventor.person()
    handed = officer.post(
        "/applicants",
        {"organization_id": unit_id, "real_name": person.name, "id_document_no": person.id_no, "mobile": person.mobile},
    )
    applicant = enter("applicant", handed, "person", person.id_no)
    committee = {
        "code": f"Y{uuid.uuid4().hex[:6].upper()}",
        "data": {
            "name": "云汐演示漆艺评委会",
            "year": 2026,
            "organization_id": root_id,
            "level": "senior",
            "scope_kind": "province",
            "scope": [{"title_series": "lacquer"}],
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
            "contact_name": "霍听澜",
            "contact_phone": "030020000077",
        },
        "policy": {"opens_on": "2026-01-01", "closes_on": "2026-12-31"},
    }
    admin.post("/committees", committee)
    yield Yunxi(profile, officer, root_officer, applicant, stack.url)
    for browser in opened:
        browser.close()


@pytest.mark.req("PL-01", "PL-02")
def test_a_second_province_works_by_its_own_data_beside_the_first(yunxi: Yunxi) -> None:
    """Names, catalogue, form, limits and levels of review are the second province's; Hebei's are as they were."""
    me = yunxi.applicant
    assert me.get("/portal")["system_name"]["zh"] == "云汐演示省职称申报系统"
    begun = me.post("/declarations", {"setting": SETTING})
    assert begun["setting"]["labels"]["declared_title"] == "漆艺师"
    address = f"/declarations/{begun['declaration_id']}"
    view = me.get(address)
    assert [block["block"] for block in view["blocks"]] == ["basic_profile"]
    assert [fault["pointer"] for fault in view["blocks"][0]["missing"]] == ["/basic_profile/motto"]
    block = f"{address}/blocks/basic_profile"
    version, mobile = view["blocks"][0]["version"], me.get(block)["content"]["values"]["mobile"]
    with pytest.raises(Problem) as refused:
        me.put(block, {"values": {"mobile": mobile, "motto": "艺无止境艺无止境"}}, version=version)
    assert refused.value.errors[0]["params"]["limit"] == 7
    saved = me.put(block, {"values": {"mobile": mobile, "motto": "艺无止境"}}, version=version)
    made = me.post(
        f"{address}/submit",
        {"block_versions": {"basic_profile": saved["version"]}},
        version=me.get(address)["declaration"]["version"],
    )
    assert made["receipt_number"].startswith("YX-")
    (case,) = _wait(yunxi.officer, "review")
    passed = yunxi.officer.post(
        f"/cases/{case['case_id']}/decision", {"decision": "pass", "opinion": "同意"}, version=case["version"]
    )
    assert passed["step"] == "preassignment"
    assert [one["case_id"] for one in _wait(yunxi.root_officer, "preassignment")] == [case["case_id"]]

    cookies = {"zhiping_hebei": yunxi.officer.cookies[f"zhiping_{yunxi.profile}"]}
    with httpx.Client(base_url=f"{yunxi.address}/api/v1/hebei", cookies=cookies, trust_env=False) as hebei:
        assert hebei.get("/portal").json()["system_name"]["zh"] == "河北省专业技术人员职称评审信息系统"
        assert hebei.post("/cases/search", json={}).status_code == 401


def _wait(officer: Browser, view: str) -> list[dict[str, Any]]:
    """The cases of a list, once the news have arrived."""

    def look() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = officer.post("/cases/search", {"query": {"view": view}})["items"]
        return found

    cases: list[dict[str, Any]] = wait_until(look, what="case")
    return cases
