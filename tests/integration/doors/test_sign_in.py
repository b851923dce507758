"""The routes whose answer hangs on a secret: everybody may try, and the answer does not tell who is asking."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest

from tests.factories.province import PROFILE
from tests.integration.doors.requests import UNKNOWN

ADDRESS = f"/api/v1/{PROFILE}"
PASSWORD = "Neuer-Morgen-8"
CAPTCHA = {"captcha_id": UNKNOWN, "text": "ABCD"}
# Attempts are counted by the name that is typed.
LOGIN = {"kind": "unit", "identifier": f"nobody-{secrets.token_hex(4)}"}
OPEN_TO_ALL: dict[str, tuple[dict[str, Any], str]] = {
    "/sessions": ({**LOGIN, "password": PASSWORD, "captcha": CAPTCHA}, "identity.captcha_refused"),
    "/recoveries": ({**LOGIN, "captcha": CAPTCHA}, "identity.captcha_refused"),
    "/activations": ({**LOGIN, "activation_code": "ABCD1234", "new_password": PASSWORD}, "identity.code_refused"),
    f"/recoveries/{UNKNOWN}/completion": ({"code": "123456", "new_password": PASSWORD}, "identity.code_refused"),
}
OWN = {
    "/me/password": {"current_password": "Wrong-Secret-1", "new_password": PASSWORD},
    "/me/contact": {"current_password": "Wrong-Secret-1", "mobile": "15400000001", "email": None, "locale": "zh-CN"},
}


@pytest.mark.req("PL-04")
@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_who_is_signed_in_signs_in_no_easier(clients: dict[str, httpx.Client], path: str) -> None:
    """Without the secret nobody, a stranger, an applicant and the system administrator are refused alike."""
    body, code = OPEN_TO_ALL[path]
    for who in ("nobody", "other_profile", "applicant", "system"):
        answer = clients[who].post(ADDRESS + path, json=body)
        assert answer.json()["code"] == code, (who, answer.text)
        assert "set-cookie" not in answer.headers, who


@pytest.mark.req("PL-04")
@pytest.mark.parametrize("path", OWN)
def test_an_open_session_is_no_right_to_the_password(clients: dict[str, httpx.Client], path: str) -> None:
    """Password and contact are changed by who knows the password; without a session they are not found out about."""
    for who in ("nobody", "other_profile"):
        answer = clients[who].put(ADDRESS + path, json=OWN[path])
        assert (answer.status_code, answer.json()["code"]) == (401, "common.session_required"), who
    for who in ("leader", "system"):
        before = clients[who].get(f"{ADDRESS}/me").json()
        answer = clients[who].put(ADDRESS + path, json=OWN[path])
        assert (answer.status_code, answer.json()["code"]) == (403, "identity.wrong_password"), answer.text
        assert clients[who].get(f"{ADDRESS}/me").json() == before
