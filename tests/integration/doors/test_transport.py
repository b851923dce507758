"""What comes beside the content of a request: addresses, headers, origins, cookies, grants, forms of JSON."""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from chassis.tokens import Signer
from contracts.grants import ReadGrant
from tests.factories.province import PROFILE, Province
from tests.stack import Stack

ADDRESS = f"/api/v1/{PROFILE}"
READ = f"{ADDRESS}/notices/read"
NOTHING_READ = b'{"notice_ids":[]}'


def _raw(stack: Stack, request: str) -> bytes:
    """The answer to a request that no client would send."""
    place = urlsplit(stack.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(request.encode("latin-1"))
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.fixture
def headers(stack: Stack, clients: dict[str, httpx.Client]) -> str:
    """The headers of an officer's request as lines."""
    cookies = "; ".join(f"{name}={value}" for name, value in clients["officer"].cookies.items())
    return f"Host: {urlsplit(stack.url).netloc}\r\nConnection: close\r\nCookie: {cookies}\r\n"


@pytest.mark.parametrize(
    "address",
    [
        "/..%2f..%2fgateway/settings.py",
        "/../gateway/app.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%5c..%5cpyproject.toml",
        "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/index.html%00.png",
        "/.git/config",
        f"{ADDRESS}/files/..%2f..%2f..%2fx/content",
        f"{ADDRESS}/downloads/..%2f..%2fetc%2fpasswd/content",
    ],
)
def test_no_address_leaves_the_portal(stack: Stack, headers: str, address: str) -> None:
    """Dots, slashes and zeros in an address lead to no file but the portal's."""
    answer = _raw(stack, f"GET {address} HTTP/1.1\r\n{headers}\r\n")
    assert _status(answer) in (200, 400, 404)
    for inside in (b"root:", b"BaseSettings", b"[project]", b"[core]", b"create_app"):
        assert inside not in answer


def test_no_answer_repeats_the_host_of_the_request(stack: Stack) -> None:
    """A request that names another host is not sent there: there is no redirect, and no address with that name."""
    for path in (f"{ADDRESS}/me/", f"{ADDRESS}/me", "/assets", "/nothing"):
        answer = _raw(stack, f"GET {path} HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
        assert _status(answer) not in range(300, 400), path
        assert b"elsewhere.example" not in answer, path


def test_what_is_no_route_of_the_api_is_no_page(clients: dict[str, httpx.Client]) -> None:
    """An address below /api that is none is a problem, not the portal's page."""
    for path in (f"{ADDRESS}/me/", f"{ADDRESS}/nothing", "/api", "/api/", "/api/v2/x"):
        answer = clients["officer"].get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "common.not_found"), path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "staff", "POST"),
        ("PUT", "declarations", "GET, POST"),
        ("HEAD", "me", "GET"),
        ("GET", "meeting-groups/00000000-0000-4000-8000-000000000000", "DELETE, PUT"),
    ],
)
def test_a_wrong_method_is_told_all_the_right_ones(
    clients: dict[str, httpx.Client], method: str, path: str, allowed: str
) -> None:
    """An address that is one of the API answers 405 to another method and names those that it has (RFC 9110)."""
    answer = clients["officer"].request(method, f"{ADDRESS}/{path}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


def test_what_asks_for_readiness_by_head_is_not_shown_a_page(stack: Stack) -> None:
    """Balancers that ask by HEAD hear what those hear that ask by GET."""
    for path in ("/healthz", "/readyz"):
        answers = [httpx.request(method, stack.url + path) for method in ("GET", "HEAD")]
        assert len({(answer.status_code, answer.headers["Content-Type"]) for answer in answers}) == 1
        assert answers[1].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["public/batches", "public-notices", "public/articles?kind=policy", "public/openings"])
def test_a_province_that_is_not_here_has_no_empty_lists(stack: Stack, path: str) -> None:
    """Who asks for another province is told that it is not here, not that it has published nothing."""
    answer = httpx.get(f"{stack.url}{ADDRESS.rpartition('/')[0]}/elsewhere/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "common.profile_not_published")


@pytest.mark.req("PL-35")
@pytest.mark.parametrize(
    "sent",
    [
        "Origin: null",
        "Origin: https://elsewhere.example",
        "Origin: {own}.elsewhere.example",
        "Origin: {own}@elsewhere.example",
        "Origin: ",
        "Origin: https://elsewhere.example\r\nOrigin: {own}",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site\r\nOrigin: {own}",
    ],
)
def test_a_page_of_elsewhere_changes_nothing(stack: Stack, headers: str, sent: str) -> None:
    """A change that a browser sends for another page is refused, however its origin is written."""
    more = sent.format(own=stack.url) + "\r\nContent-Type: application/json\r\nContent-Length: 17\r\n"
    answer = _raw(stack, f"POST {READ} HTTP/1.1\r\n{headers}{more}\r\n{NOTHING_READ.decode()}")
    assert _status(answer) == 403
    assert b"common.foreign_origin" in answer


def test_the_own_page_may_change(clients: dict[str, httpx.Client], stack: Stack) -> None:
    """The same request from the portal's own page is done."""
    own = {"Origin": stack.url, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    assert clients["officer"].post(READ, content=NOTHING_READ, headers=own).status_code == 200


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}    ",
        "Content-Length: -5\r\n\r\n",
        "Content-Length: 99999999999999999999999\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "X-A: a\r\n b\r\n\r\n",
    ],
)
def test_a_request_whose_end_two_readers_see_differently_is_refused(stack: Stack, headers: str, lines: str) -> None:
    """What a proxy and the gateway might cut at different places is answered with 400, and nothing else."""
    answer = _raw(stack, f"POST {READ} HTTP/1.1\r\n{headers}Content-Type: application/json\r\n{lines}")
    assert _status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_header_does_not_change_the_method(clients: dict[str, httpx.Client]) -> None:
    """A method of override ends no session; neither does one in the query."""
    address = f"{ADDRESS}/me/sessions/current"
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        assert clients["officer"].post(address, headers={name: "DELETE"}).status_code == 405
    assert clients["officer"].post(address, params={"_method": "DELETE"}).status_code == 405
    assert clients["officer"].get(f"{ADDRESS}/me").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"notice_ids":[],"notice_ids":[]}', 422, "common.invalid_input"),
        ('{"notice_ids":[]}'.encode("utf-16"), 400, "common.malformed_body"),
        ('{"notice_ids":[]}'.encode("utf-32-le"), 400, "common.malformed_body"),
        (b'{"a":' * 50_000, 400, "common.malformed_body"),
        (b"9" * 10_000, 400, "common.malformed_body"),
        (b'{"notice_ids":[1e400]}', 422, "common.invalid_input"),
        (b'{"notice_ids":NaN}', 422, "common.invalid_input"),
        (b'{"notice_ids":[' + b"9" * 5000 + b"]}", 400, "common.malformed_body"),
    ],
)
def test_json_that_readers_read_differently_is_refused(
    clients: dict[str, httpx.Client], body: bytes, status: int, code: str
) -> None:
    """Doubled names, other encodings, numbers that are none and towers of brackets: each a refusal with its code."""
    answer = clients["officer"].post(READ, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_place_of_a_doubled_name_is_told(clients: dict[str, httpx.Client]) -> None:
    """Of two opinions in one decision none is taken, and the refusal says where they stand."""
    body = b'{"items":[{"case_id":"x","case_id":"y","version":1}],"decision":"pass","opinion":"a","opinion":"b"}'
    answer = clients["officer"].post(
        f"{ADDRESS}/cases/decisions", content=body, headers={"Content-Type": "application/json"}
    )
    doubled = [fault["pointer"] for fault in answer.json()["errors"] if fault["code"] == "common.duplicate_key"]
    assert doubled == ["", "/items/0"]


@pytest.mark.req("PL-03")
def test_a_body_without_a_length_is_counted(clients: dict[str, httpx.Client]) -> None:
    """What is sent in pieces is refused as too large as soon as it is."""

    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield b" " * 700 * 1024

    answer = clients["officer"].post(READ, content=pieces(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "common.too_large")


def test_an_upload_that_breaks_off_leaves_nothing_and_disturbs_nobody(
    stack: Stack, clients: dict[str, httpx.Client], headers: str
) -> None:
    """Half an upload is no file, and no fault; a form that is cut is refused with its code."""
    key = uuid.uuid4()
    form = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF'
    place = urlsplit(stack.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        head = f"{headers}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n"
        line.sendall(f"POST {ADDRESS}/files HTTP/1.1\r\n{head}Idempotency-Key: {key}\r\n\r\n{form}".encode())
    file_id = uuid.uuid5(key, clients["officer"].get(f"{ADDRESS}/me").json()["account_id"])
    assert clients["officer"].get(f"{ADDRESS}/files/{file_id}").status_code == 404
    cut = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = clients["officer"].post(f"{ADDRESS}/files", content=form.encode(), headers=cut)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["code"] in ("common.malformed_body", "common.invalid_input")


def test_a_session_is_good_for_its_profile_and_its_cookie_alone(stack: Stack, clients: dict[str, httpx.Client]) -> None:
    """A token under another province's name, in another header, or chosen by somebody else opens nothing."""
    (token,) = clients["officer"].cookies.values()
    asked = [
        httpx.get(f"{stack.url}/api/v1/shandong/me", cookies={"zhiping_shandong": token}, trust_env=False),
        httpx.get(f"{stack.url}{ADDRESS}/me", cookies={"zhiping_other": token}, trust_env=False),
        httpx.get(f"{stack.url}{ADDRESS}/me", headers={"Authorization": f"Bearer {token}"}, trust_env=False),
        httpx.get(f"{stack.url}{ADDRESS}/me", params={f"zhiping_{PROFILE}": token}, trust_env=False),
        httpx.get(f"{stack.url}{ADDRESS}/me", cookies={f"zhiping_{PROFILE}": "a" * 43}, trust_env=False),
        httpx.get(f"{stack.url}{ADDRESS}/me", headers={"X-Actor-Token": token, "actor": token}, trust_env=False),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in asked] == [(401, "common.session_required")] * 6


@pytest.mark.req("PL-04")
def test_a_read_grant_is_good_for_what_it_says_alone(home: Province, clients: dict[str, httpx.Client]) -> None:
    """Run out, for somebody else, for another submission or file, by another key or none: the file is not there."""
    account = uuid.UUID(clients["officer"].get(f"{ADDRESS}/me").json()["account_id"])
    right = ReadGrant(account_id=account, profile=PROFILE, submission_id=uuid.UUID(home.ids["submission_id"]))
    own = Signer("review", os.environ["REVIEW_SIGNING_KEY"])

    def status(grant: str) -> int:
        address = f"{ADDRESS}/files/{home.ids['file_id']}/content"
        return clients["officer"].get(address, headers={"X-Read-Grant": grant}).status_code

    assert status(own.read_grant(right)) == 200
    claims = {"iss": "review", "aud": "grant", "iat": 1, "exp": 2**40, "st": right.model_dump(mode="json")}
    for grant in (
        own.read_grant(right, minutes=-1),
        own.read_grant(right.model_copy(update={"account_id": uuid.uuid4()})),
        own.read_grant(right.model_copy(update={"profile": "shandong"})),
        own.read_grant(right.model_copy(update={"submission_id": uuid.uuid4()})),
        own.read_grant(right.model_copy(update={"files": (uuid.uuid4(),)})),
        Signer("review", os.environ["IDENTITY_SIGNING_KEY"]).read_grant(right),
        Signer("identity", os.environ["IDENTITY_SIGNING_KEY"]).read_grant(right),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, json.dumps(claims), algorithm="HS256"),
        "x.y.z",
        own.read_grant(right)[:-4] + "AAAA",
    ):
        assert status(grant) == 404, grant


@pytest.mark.parametrize(
    "number",
    [
        "139901198503040014",
        "139901850304001",
        "13990119850304001",
        "1399011985030400133",
        "13990119850230001X",
        "x" * 18,
    ],
)
def test_an_identity_number_that_is_none_is_refused_at_its_field(
    home: Province, clients: dict[str, httpx.Client], number: str
) -> None:
    """A wrong check digit, the old fifteen digits, a day that never was: the field is named, nobody is stored."""
    person = {"real_name": "纪怀瑾", "id_document_no": number, "mobile": "15400000001"}
    expert = {**person, "employer_name": "演示", "specialties": ["01002"]}
    tried = [
        ("officer", "/applicants", {**person, "organization_id": home.ids["organization_id"]}),
        ("pool", f"/committees/{home.ids['committee_id']}/experts", {"expert": expert}),
    ]
    for who, path, body in tried:
        problem = clients[who].post(ADDRESS + path, json=body).json()
        assert problem["status"] == 422, problem
        assert any(fault["pointer"].endswith("/id_document_no") for fault in problem["errors"]), problem
        assert number not in json.dumps(problem)
