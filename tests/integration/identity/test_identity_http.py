"""Identity through the real stack: HTTP, gateway, broker, service, database."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from chassis.rpc import Caller
from deploy.found import found
from tests.factories.identity import login_name, organization_form, person
from tests.factories.invented import invent_province
from tests.integration.identity.conftest import PASSWORD
from tests.stack import Stack


class Browser:
    """Somebody's client of one profile, with cookies of its own."""

    def __init__(self, stack: Stack, profile: str) -> None:
        self._stack = stack
        self.client = httpx.Client(base_url=f"{stack.url}/api/v1/{profile}", timeout=20, trust_env=False)
        self.profile = profile

    def __call__(self, method: str, path: str, status: int, body: Any = None, **headers: str) -> Any:
        # Escaped, so that a test may send what is no text at all.
        content = None if body is None else json.dumps(body)
        answer = self.client.request(
            method, path, content=content, headers={"Content-Type": "application/json", **headers}
        )
        assert answer.status_code == status, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json() if answer.content else None

    def captcha(self) -> dict[str, str]:
        captcha_id = self("POST", "/captchas", 201)["captcha_id"]
        (message,) = self._stack.messages(kind="captcha", to=captcha_id)
        return {"captcha_id": captcha_id, "text": message["text"]}

    def activate(self, login: dict[str, str], code: str) -> None:
        self("POST", "/activations", 204, {**login, "activation_code": code, "new_password": PASSWORD})

    def sign_in(self, login: dict[str, str], status: int = 201, password: str = PASSWORD) -> Any:
        return self("POST", "/sessions", status, {**login, "password": password, "captcha": self.captcha()})


def unit_login(name: str) -> dict[str, str]:
    return {"kind": "unit", "identifier": name}


@pytest.fixture(scope="module")
def founded(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """A province of this module's own, known to every service, for each hears of its accounts; and founded."""
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    profile = invent_province(caller, tmp_path_factory.mktemp("provinces"), lambda _files: None)
    yield profile, found(profile, caller)
    caller.link.stop()


@pytest.fixture
def browse(stack: Stack, founded: tuple[str, Any]) -> Iterator[Callable[[], Browser]]:
    """A function that opens a new browser in the module's profile."""
    opened: list[Browser] = []

    def give() -> Browser:
        opened.append(Browser(stack, founded[0]))
        return opened[-1]

    yield give
    for browser in opened:
        browser.client.close()


@pytest.fixture(scope="module")
def root(stack: Stack, founded: tuple[str, Any]) -> Iterator[tuple[Browser, str]]:
    """The root office's administrator, signed in, and the office's id."""
    profile, found = founded
    browser = Browser(stack, profile)
    login = unit_login(found.administrator.login_name)
    browser.activate(login, found.administrator.activation_code)
    browser.sign_in(login)
    yield browser, str(found.organization_id)
    browser.client.close()


def create_unit(browser: Browser, parent_id: str) -> tuple[str, dict[str, str], str]:
    """A new organisation: its id, its administrator's login and activation code."""
    made = browser(
        "POST",
        "/organizations",
        201,
        {
            "parent_id": parent_id,
            "form": organization_form().model_dump(mode="json"),
            "administrator_login_name": login_name(),
        },
    )
    handed_over = made["administrator"]
    return (
        made["organization"]["organization_id"],
        unit_login(handed_over["login_name"]),
        handed_over["activation_code"],
    )


@pytest.fixture
def unit(root: tuple[Browser, str], browse: Callable[[], Browser]) -> tuple[Browser, str]:
    """A new organisation below the root: its administrator, signed in, and its id."""
    office, office_id = root
    unit_id, login, code = create_unit(office, office_id)
    browser = browse()
    browser.activate(login, code)
    browser.sign_in(login)
    return browser, unit_id


@pytest.mark.req("HB-10", "HB-15", "HB-16", "HB-20", "HB-06", "HB-19")
def test_from_the_root_to_an_applicant_who_signs_in(unit: tuple[Browser, str], browse: Callable[[], Browser]) -> None:
    """Office, unit, officer, applicant: each opens the next, each sets an own password and signs in."""
    admin, unit_id = unit
    handed_over = admin(
        "POST",
        "/staff",
        201,
        {"organization_id": unit_id, "login_name": login_name(), "real_name": "阮一苇", "roles": ["case_officer"]},
    )
    officer = browse()
    login = unit_login(handed_over["login_name"])
    assert officer.sign_in(login, 403, handed_over["activation_code"])["code"] == "identity.activation_required"
    officer("GET", "/me", 401)
    officer.activate(login, handed_over["activation_code"])
    officer.sign_in(login)
    data = person(real_name="䶮𬭎")
    opened = officer("POST", "/applicants", 201, {"organization_id": unit_id, **data})
    refused = officer("POST", "/applicants", 409, {"organization_id": unit_id, **data})
    assert refused["code"] == "identity.already_enrolled"
    applicant = browse()
    applicant_login = {"kind": "person", "identifier": data["id_document_no"].lower()}
    applicant.activate(applicant_login, opened["activation_code"])
    session = applicant.sign_in(applicant_login)
    assert "token" not in session
    me = applicant("GET", "/me", 200)
    assert me["display_name"] == "䶮𬭎"
    assert me["id_document_no"].count("*") == 12
    assert [(role["role"], role["organization_id"]) for role in me["roles"]] == [("applicant", unit_id)]
    (row,) = officer("POST", "/applicants/search", 200, {})["items"]
    assert row["is_activated"]


@pytest.mark.req("PL-35", "PL-07")
def test_the_session_is_a_cookie_that_scripts_cannot_read_and_that_ends(
    unit: tuple[Browser, str], browse: Callable[[], Browser], root: tuple[Browser, str]
) -> None:
    """HttpOnly, SameSite, one per profile; signing out ends it, also for whoever kept a copy."""
    office, office_id = root
    _, login, code = create_unit(office, office_id)
    browser, copy = browse(), browse()
    browser.activate(login, code)
    browser.sign_in(login)
    (cookie,) = browser.client.cookies.jar
    assert cookie.name == f"zhiping_{browser.profile}"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    copy.client.cookies.set(cookie.name, cookie.value or "")
    assert len(copy("GET", "/me/sessions", 200)) == 1
    browser("DELETE", "/me/sessions/current", 204)
    copy("GET", "/me", 401)
    browser("GET", "/me", 401)
    assert browser.sign_in(login, 422, password="x" * 200)["errors"][0]["pointer"] == "/password"


@pytest.mark.req("PL-04")
def test_foreign_things_are_not_there(
    unit: tuple[Browser, str], root: tuple[Browser, str], browse: Callable[[], Browser]
) -> None:
    """Other units' organisations and accounts answer not found, to every act."""
    admin, unit_id = unit
    office, office_id = root
    other_id, login, code = create_unit(office, office_id)
    other = browse()
    other.activate(login, code)
    other.sign_in(login)
    data = person()
    account_id = admin("POST", "/applicants", 201, {"organization_id": unit_id, **data})["account_id"]
    form = organization_form().model_dump(mode="json")
    other("GET", f"/organizations/{unit_id}", 404)
    other("PUT", f"/organizations/{unit_id}", 404, {"form": form}, **{"If-Match": '"1"'})
    other("DELETE", f"/organizations/{unit_id}", 404)
    for act in ("disable", "enable", "administrator/reset"):
        other("POST", f"/organizations/{unit_id}/{act}", 404)
    other("POST", "/organizations", 404, {"parent_id": unit_id, "form": form})
    other("POST", "/staff/search", 404, {"organization_id": unit_id})
    other("POST", "/applicants/search", 404, {"organization_id": unit_id})
    other("POST", "/applicants", 404, {"organization_id": unit_id, **person()})
    for act in ("disable", "enable", "password-reset"):
        other("POST", f"/accounts/{account_id}/{act}", 404)
    other("PUT", f"/accounts/{account_id}", 404, {"real_name": "云深"}, **{"If-Match": "1"})
    nobody = browse()
    for path in ("/me", "/me/sessions", f"/organizations/{unit_id}"):
        assert nobody("GET", path, 401)["code"] == "common.session_required"
    for path in ("/organizations/search", "/staff/search", "/applicants/search"):
        assert nobody("POST", path, 401, {})["code"] == "common.session_required"
    assert other_id != unit_id


def test_bad_input_is_named_and_never_a_fault_of_ours(unit: tuple[Browser, str]) -> None:
    """Wrong types, control characters, huge numbers and unknown fields answer 422 with field and code."""
    admin, unit_id = unit
    good = {"organization_id": unit_id, **person()}
    for change, pointer in (
        ({"real_name": "云\u0000深"}, "/real_name"),
        ({"real_name": ["云深"]}, "/real_name"),
        ({"real_name": "x" * 51}, "/real_name"),
        ({"real_name": "{{ 7*7 }}"}, "/real_name"),
        ({"real_name": "\ud800"}, "/real_name"),
        ({"id_document_no": "139901198503040013"}, "/id_document_no"),
        ({"id_document_type": "999"}, "/id_document_type"),
        ({"mobile": None}, "/mobile"),
        ({"year": 10**30}, "/year"),
        ({"year": "next"}, "/year"),
        ({"organization_id": "1"}, "/organization_id"),
        ({"surprise": 1}, "/surprise"),
    ):
        problem = admin("POST", "/applicants", 422, good | change)
        assert pointer in {fault["pointer"] for fault in problem["errors"]}, problem
    admin("POST", "/applicants", 422, [])
    admin("POST", "/applicants/search", 422, {"size": 1000})
    admin("POST", "/organizations/search", 422, {"page": 0})
    admin("GET", f"/organizations/{uuid.uuid4()}", 404)
    admin("GET", "/organizations/1", 422)
    admin("PUT", f"/organizations/{unit_id}", 428, {"form": organization_form().model_dump(mode="json")})


@pytest.mark.req("PL-11", "PL-12")
def test_a_repeat_is_harmless_and_a_stale_change_is_refused(
    root: tuple[Browser, str], unit: tuple[Browser, str]
) -> None:
    """The same Idempotency-Key makes one organisation; an old If-Match is told of the change."""
    office, office_id = root
    _, unit_id = unit
    body = {"parent_id": office_id, "form": organization_form().model_dump(mode="json")}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = office("POST", "/organizations", 201, body, **key)
    again = office("POST", "/organizations", 201, body, **key)
    assert again["organization"] == first["organization"]
    assert first["administrator"]["activation_code"]
    assert again["administrator"]["activation_code"] is None
    changed = body | {"administrator_name": "云深"}
    assert office("POST", "/organizations", 409, changed, **key)["code"] == "common.command_reused"
    seen = office("GET", f"/organizations/{unit_id}", 200)
    form = seen["form"] | {"org_name": "云汐演示理工大学"}
    version = {"If-Match": f'"{seen["version"]}"'}
    assert office("PUT", f"/organizations/{unit_id}", 200, {"form": form}, **version)["version"] == seen["version"] + 1
    stale = office("PUT", f"/organizations/{unit_id}", 409, {"form": form}, **version)
    assert stale["code"] == "common.stale_version"


def test_a_password_is_changed_by_its_owner(unit: tuple[Browser, str], browse: Callable[[], Browser]) -> None:
    """Changing the password ends every session, also elsewhere; a sign-in takes over no token that was there before."""
    admin, unit_id = unit
    handed_over = admin(
        "POST",
        "/staff",
        201,
        {"organization_id": unit_id, "login_name": login_name(), "real_name": "纪怀瑾", "roles": ["unit_leader"]},
    )
    leader = browse()
    login = unit_login(handed_over["login_name"])
    leader.activate(login, handed_over["activation_code"])
    leader.sign_in(login)
    elsewhere = browse()
    cookie = f"zhiping_{elsewhere.profile}"
    elsewhere.client.cookies.set(cookie, "A" * 43, domain="127.0.0.1", path="/")
    elsewhere.sign_in(login)
    assert "A" * 43 not in elsewhere.client.cookies.values()
    wrong = {"current_password": "Wrong-Secret-1", "new_password": "Neuer-Morgen-8"}
    assert leader("PUT", "/me/password", 403, wrong)["code"] == "identity.wrong_password"
    leader("PUT", "/me/password", 204, {"current_password": PASSWORD, "new_password": "Neuer-Morgen-8"})
    leader("GET", "/me", 401)
    elsewhere("GET", "/me", 401)
    assert leader.sign_in(login, 403)["code"] == "identity.sign_in_failed"
    leader.sign_in(login, password="Neuer-Morgen-8")


def test_guessing_is_stopped_with_429(root: tuple[Browser, str], browse: Callable[[], Browser]) -> None:
    """After five wrong passwords the account is locked for a while, also for whoever knows the right one."""
    guesser = browse()
    login = unit_login(f"nobody-{secrets.token_hex(4)}")
    for _ in range(5):
        assert guesser.sign_in(login, 403)["code"] == "identity.sign_in_failed"
    locked = guesser.sign_in(login, 429)
    assert locked["code"] == "identity.too_many_attempts"
    assert "until" in locked["params"]


@pytest.mark.req("PL-05")
def test_the_own_account_names_every_role_with_its_place(
    unit: tuple[Browser, str], browse: Callable[[], Browser]
) -> None:
    """Whoever is applicant, officer and leader of a unit gets each role with the unit's id and name, for the menus."""
    admin, unit_id = unit
    data = person()
    opened = admin("POST", "/applicants", 201, {**data, "organization_id": unit_id})
    browser = browse()
    login = {"kind": "person", "identifier": data["id_document_no"]}
    browser.activate(login, opened["activation_code"])
    browser.sign_in(login)
    (row,) = admin("POST", "/applicants/search", 200, {"organization_id": unit_id})["items"]
    roles = {"organization_id": unit_id, "roles": ["case_officer", "unit_leader"]}
    admin("PUT", f"/accounts/{row['account_id']}/staff-roles", 200, roles, **{"If-Match": str(row["version"])})
    me = browser("GET", "/me", 200)
    name = admin("GET", f"/organizations/{unit_id}", 200)["form"]["org_name"]
    held = [(role["role"], role["organization_id"], role["organization_name"]) for role in me["roles"]]
    assert sorted(held) == [(role, unit_id, name) for role in ("applicant", "case_officer", "unit_leader")]
