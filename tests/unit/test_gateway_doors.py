"""What the gateway makes of the outside: whence a request comes, and the cookie by which it is known again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from chassis import clock
from contracts.errors import InvalidInput
from contracts.identity.sign_in import Origin, network_of
from gateway.middleware import client_address
from gateway.session import cookie_name, give_cookie, take_cookie
from gateway.settings import Settings
from gateway.texts import storable


def settings(**values: Any) -> Settings:
    return Settings(amqp_url=SecretStr("amqp://nowhere"), **values)


def came_from(peer: str, forwarded: str | None, **values: Any) -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_address({"client": (peer, 4711)}, headers, settings(**values))


def test_only_a_trusted_proxy_says_whence_a_request_comes() -> None:
    """Who is no proxy of ours is counted as who he is, whatever he writes; of a proxy the last entry is its own."""
    proxies = {"trusted_proxies": ["10.1.0.0/16", "192.0.2.7", "2001:db8:1::/48"]}
    assert came_from("203.0.113.9", "198.51.100.1", **proxies) == "203.0.113.9"
    assert came_from("192.0.2.8", "198.51.100.1", **proxies) == "192.0.2.8"
    for proxy in ("10.1.255.3", "192.0.2.7", "2001:db8:1::5"):
        assert came_from(proxy, "8.8.8.8, 127.0.0.1 , 198.51.100.1", **proxies) == "198.51.100.1"
        assert came_from(proxy, None, **proxies) == proxy
    assert came_from("192.0.2.7", "198.51.100.1") == "192.0.2.7"
    assert came_from("unix:", "198.51.100.1", **proxies) == "unix:"


def test_attempts_of_one_line_are_counted_together() -> None:
    """Of IPv6 a line has a whole /64 of addresses, which are one place; an IPv4 address stays one, however written."""
    line = {Origin(address=f"2001:db8:a:b::{number:x}").network for number in range(3)}
    assert line == {"2001:db8:a:b::/64"}
    assert network_of("2001:db8:a:c::1") not in line
    assert network_of("::ffff:198.51.100.1") == network_of("198.51.100.1") == "198.51.100.1"
    assert network_of("testclient") == "testclient"


@pytest.mark.req("PL-35")
@pytest.mark.parametrize("address", ["https://zhiping.example", "http://127.0.0.1:8080"])
def test_on_https_the_session_belongs_to_this_host_alone(address: str) -> None:
    """There the cookie has the prefix that browsers let only this host set, encrypted; it goes under the same name."""
    own = settings(ZHIPING_PUBLIC_URL=address)
    given, taken = Response(), Response()
    give_cookie(given, own, profile="hebei", token="t" * 43, expires_at=clock.now() + timedelta(hours=1))
    request = Request({"type": "http", "headers": []})
    take_cookie(request, taken, own, profile="hebei")
    for answer in (given, taken):
        name, *attributes = answer.headers["set-cookie"].split("; ")
        words = {attribute.lower() for attribute in attributes}
        assert name.partition("=")[0] == cookie_name("hebei", own)
        assert name.startswith("__Host-") == own.is_secure == ("secure" in words)
        assert {"path=/", "httponly", "samesite=lax"} <= words
        assert not any(word.startswith("domain") for word in words)


@pytest.mark.parametrize(
    "body", [b'{"opinion": "\\u202E\xe5\x90\x8c"}', '{"opinion": {"text": ["同意\u2067"]}}'.encode()]
)
async def test_what_turns_the_direction_of_writing_comes_in_nowhere(body: bytes) -> None:
    """A text that would read otherwise than it is stored is refused at its place, escaped or not; other text is not."""
    with pytest.raises(InvalidInput) as refused:
        await storable(sent(body))
    assert [fault.code for fault in refused.value.faults] == ["common.string_unicode"]
    await storable(sent('{"opinion": "同意“推荐”‐—…"}'.encode()))


def sent(body: bytes) -> Request:
    """A request with this body."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "path_params": {},
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    return Request(scope, receive)
