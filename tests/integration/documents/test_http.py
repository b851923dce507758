"""Files through the real stack: HTTP, gateway, broker, service, worker, object store."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chassis import context, wire
from chassis.objects import ObjectStore
from chassis.rpc import Caller
from chassis.settings import ObjectStoreSettings
from contracts.identity import IdentityApi
from deploy.publish import read, template_key
from tests.factories.documents import portrait
from tests.factories.publishing import publish_everywhere
from tests.integration.identity.test_identity_http import Browser, unit_login
from tests.stack import Stack
from tests.unit.documents.test_inspection import action, docx, pdf


@pytest.fixture(scope="module")
def people(stack: Stack) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two signed-in people of a profile of this module's own: the root's administrator and the platform's."""
    profile = f"t_{secrets.token_hex(6)}"
    caller = Caller(stack.settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    objects = ObjectStore(ObjectStoreSettings())
    _, _, templates = read("hebei")
    for template, path in templates.items():
        with path.open("rb") as source:
            objects.put(template_key(template), source, size=path.stat().st_size)
    publish_everywhere(caller, profile)
    with context.use(context.CallContext(profile=profile)):
        found = caller.call(wire.method(IdentityApi, "found"), {"profile": profile})
    caller.link.stop()
    browsers = []
    for handed_over in (found.administrator, found.system_administrator):
        browser = Browser(stack, profile)
        login = unit_login(handed_over.login_name)
        browser.activate(login, handed_over.activation_code)
        browser.sign_in(login)
        browser.client.timeout = httpx.Timeout(60)
        browsers.append(browser)
    yield browsers[0].client, browsers[1].client
    for browser in browsers:
        browser.client.close()


def upload(client: httpx.Client, content: bytes, *, name: str = "材料.pdf", **more: Any) -> httpx.Response:
    return client.post(
        "/files", files={"file": (name, content)}, data=more, params={"wait": 30}, headers={"Accept-Language": "zh-CN"}
    )


@pytest.fixture
def nobody(people: tuple[httpx.Client, httpx.Client]) -> Iterator[httpx.Client]:
    """Somebody who is not signed in, at the same address."""
    with httpx.Client(base_url=people[0].base_url, trust_env=False, timeout=60) as client:
        yield client


@pytest.mark.req("PL-20", "PL-36")
def test_a_file_comes_back_as_it_went(people: tuple[httpx.Client, httpx.Client]) -> None:
    """An upload is checked while its sender waits, and is served whole or in ranges, uncached and unguessed."""
    owner, _ = people
    content = pdf(pages=3)
    answer = upload(owner, content, name="../../学历\u202e证书.pdf")
    assert answer.status_code == 201, answer.text
    facts = answer.json()
    assert (facts["verdict"], facts["kind"], facts["pages"], facts["name"]) == ("clean", "pdf", 3, "学历证书.pdf")
    address = f"/files/{facts['file_id']}/content"
    whole = owner.get(address)
    assert whole.content == content
    assert whole.headers["Cache-Control"] == "no-store"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Content-Disposition"].startswith('attachment; filename="file.pdf"')
    part = owner.get(address, headers={"Range": "bytes=5-14"})
    assert (part.status_code, part.content) == (206, content[5:15])
    assert part.headers["Content-Range"] == f"bytes 5-14/{len(content)}"
    for nothing in ("-0", f"{len(content)}-", f"0-{'9' * 5000}", "5-1", "0-1,3-4", "x"):
        again = owner.get(address, headers={"Range": f"bytes={nothing}"})
        assert (again.status_code, again.content) == (200, content), nothing[:9]


@pytest.mark.req("PL-20")
@pytest.mark.parametrize(
    ("content", "purpose", "reason"),
    [
        (b"MZ\x90" + b"\0" * 300, "attachment", "documents.refused_executable"),
        (b"%PDF-1.7 and then nothing", "attachment", "documents.refused_broken"),
        (pdf(action("/JavaScript")), "attachment", "documents.refused_active_content"),
        (docx({"word/media/x.xml": b"\0" * 90_000_000}), "attachment", "documents.refused_archive_bomb"),
        (docx({"word/vbaProject.bin": b"x"}), "attachment", "documents.refused_macros"),
        (b"", "attachment", "documents.refused_empty"),
        (pdf(), "photo", "documents.refused_type_not_accepted"),
        (portrait() + b"\0" * 512_000, "photo", "documents.refused_too_large"),
    ],
)
def test_hostile_files_are_answered_with_their_reason(
    people: tuple[httpx.Client, httpx.Client], content: bytes, purpose: str, reason: str
) -> None:
    """A refused file is a problem with code, field and a sentence in Chinese."""
    answer = upload(people[0], content, purpose=purpose)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "documents.file_refused"
    (fault,) = problem["errors"]
    assert (fault["pointer"], fault["code"]) == ("/file", reason)
    assert fault["message"] != reason


def test_malformed_uploads_are_refused(people: tuple[httpx.Client, httpx.Client]) -> None:
    """No file, no name, an unknown purpose, an id that is none: each a clear refusal."""
    owner, _ = people
    assert owner.post("/files").status_code == 422
    assert owner.post("/files", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 422
    assert upload(owner, pdf(), purpose="nonsense").json()["code"] == "documents.unknown_purpose"
    assert upload(owner, pdf(), purpose="NO SUCH").status_code == 422
    repeated = {"Idempotency-Key": "nonsense"}
    assert owner.post("/files", files={"file": ("a.pdf", pdf())}, headers=repeated).status_code == 422


def test_a_repeated_upload_is_the_same_file(people: tuple[httpx.Client, httpx.Client]) -> None:
    """A client that lost the answer sends again with the same key and gets the same file."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [
        people[0].post("/files", files={"file": ("a.pdf", pdf())}, params={"wait": 30}, headers=headers).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    other = people[0].post("/files", files={"file": ("a.pdf", pdf() + b"\n")}, params={"wait": 30}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "common.command_reused")
    assert people[0].get(f"/files/{answers[0]['file_id']}").json() == answers[0]


@pytest.mark.req("PL-04")
def test_files_of_others_are_not_found(people: tuple[httpx.Client, httpx.Client], nobody: httpx.Client) -> None:
    """Another person, a forged grant and nobody at all learn nothing."""
    owner, other = people
    file_id = upload(owner, portrait(), name="照片.png").json()["file_id"]
    for address in (f"/files/{file_id}", f"/files/{file_id}/content", f"/files/{file_id}/preview"):
        assert other.get(address).status_code == 404
        assert nobody.get(address).status_code == 401
    forged = {"X-Read-Grant": "eyJhbGciOiJub25lIn0.e30."}
    assert other.get(f"/files/{file_id}/content", headers=forged).status_code == 404
    preview = owner.get(f"/files/{file_id}/preview")
    assert preview.headers["Content-Type"] == "image/jpeg"
    assert preview.headers["Content-Disposition"].startswith("inline")


@pytest.mark.req("HB-60", "HB-74")
def test_what_the_province_offers_can_be_downloaded(people: tuple[httpx.Client, httpx.Client]) -> None:
    """Every offered file opens, in the reader's language listed."""
    owner, _ = people
    offered = owner.get("/downloads", headers={"Accept-Language": "en"}).json()
    assert "How to fill in the declaration" in {one["label"] for one in offered}
    for one in offered:
        answer = owner.get(f"/downloads/{one['download_id']}/content")
        assert answer.content.startswith(b"PK")
        assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.req("PL-26")
def test_anybody_may_ask_about_a_certificate(nobody: httpx.Client) -> None:
    """The public page needs no session, answers a wrong number with not found, and knows no other way in."""
    asked = {"management_no": "冀20260000001", "check_code": "2345-6789-ABCD"}
    answer = nobody.get("/public/certificates", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "common.not_found")
    assert nobody.get("/public/certificates", params={"management_no": "x"}).status_code == 422
