"""Accounts of a run: opened by somebody above, activated with the handed-over code, signed in with a captcha."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.browser import Browser, wait_until
from deploy.demo.people import password


class Installation:
    """The installation that a run talks to: its address, its profile, the page that shows captcha answers.

    `accounts` are kept in the run folder, so that a later run, or a person, can sign in again.
    """

    def __init__(self, address: str, profile: str, *, peers: str, folder: Path) -> None:
        self.address = address
        self.profile = profile
        self._peers = peers
        self._file = folder / f"demo-accounts-{profile}.json"
        self._lock = threading.Lock()
        self.accounts: dict[str, dict[str, str]] = (
            json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        )

    def keep(self, who: str, *, kind: str, identifier: str, secret: str) -> None:
        """Remember how somebody signs in."""
        with self._lock:
            self.accounts[who] = {"kind": kind, "identifier": identifier, "password": secret}
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(self.accounts, file, ensure_ascii=False, indent=1)

    def activate(self, who: str, *, kind: str, identifier: str, code: str) -> Browser:
        """Set a password with the one-time code, then sign in with it."""
        secret = password()
        browser = Browser(self.address, self.profile, who=who)
        browser.post(
            "/activations",
            {"kind": kind, "identifier": identifier, "activation_code": code, "new_password": secret},
        )
        self.keep(who, kind=kind, identifier=identifier, secret=secret)
        return self.sign_in(who, browser)

    def sign_in(self, who: str, browser: Browser | None = None) -> Browser:
        """Sign in somebody whose password is known."""
        account = self.accounts[who]
        browser = browser or Browser(self.address, self.profile, who=who)
        challenge = browser.post("/captchas")
        browser.post(
            "/sessions",
            {
                "kind": account["kind"],
                "identifier": account["identifier"],
                "password": account["password"],
                "captcha": {
                    "captcha_id": challenge["captcha_id"],
                    "text": self._answer(challenge["captcha_id"]),
                },
            },
        )
        return browser

    def messages_to(self, recipient: str) -> list[dict[str, Any]]:
        """What the local SMS and mail peers received for a number or address, newest first."""
        found: list[dict[str, Any]] = self._peer_messages(to=recipient)
        return found

    def _answer(self, captcha_id: str) -> str:
        found = wait_until(lambda: self._peer_messages(kind="captcha", to=captcha_id), what="captcha answer")
        return str(found[0]["text"])

    def _peer_messages(self, **query: str) -> list[dict[str, Any]]:
        response = httpx.get(f"{self._peers}/messages.json", params=query, timeout=10, trust_env=False)
        response.raise_for_status()
        found: list[dict[str, Any]] = response.json()
        return found
