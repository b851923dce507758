"""Applicants of the demonstration's hospital for browser tests: opened, and brought to a state, through the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.demo import reviewing
from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser
from deploy.demo.chain import Unit, open_applicant
from deploy.demo.declaring import Applicant
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from tests.stack import Stack

PROFILE = "hebei"


class Desk:
    """The hospital's officer, who opens accounts and decides, and the applicants of a test."""

    def __init__(self, stack: Stack) -> None:
        self.installation = Installation(
            stack.url,
            PROFILE,
            peers=stack.settings["ZHIPING_PEERS_URL"],
            folder=Path(stack.settings["ZHIPING_RUN"]),
        )
        self._report = Report(as_json=True)
        self._inventor = Inventor()
        who = next(
            name for name in self.installation.accounts if name.startswith("hospital-") and name.endswith("-officer")
        )
        self.officer: Browser = self.installation.sign_in(who)
        self._opened = [self.officer]
        role = next(role for role in self.officer.get("/me")["roles"] if role["organization_id"])
        self.unit = Unit(
            "hospital", role["organization_name"], role["organization_id"], self.officer, self.officer, self.officer
        )

    def close(self) -> None:
        """End the connections."""
        for browser in self._opened:
            browser.close()

    def applicant(self, name: str = "沈若谷") -> Applicant:
        """Somebody new whose account is open."""
        person = self._inventor.person(name=name)
        browser = open_applicant(self.installation, self._report, self.unit, person)
        self._opened.append(browser)
        return Applicant(browser, person, self._report)

    def filled(self) -> Applicant:
        """Somebody whose form lacks one required file."""
        someone = self.applicant()
        someone.set_up()
        someone.fill_in()
        return someone

    def account(self, someone: Applicant) -> dict[str, str]:
        """How somebody signs in."""
        return self.installation.accounts[f"applicant-{someone.person.id_no[-6:]}"]

    def case_of(self, someone: Applicant) -> dict[str, Any]:
        """The case that waits for the officer, once it is there."""
        (case,) = reviewing.wait_for(self.officer, {someone.declaration_id})
        return case

    def send_back(self, someone: Applicant, *remarks: dict[str, Any]) -> None:
        """退回修改, with remarks at their places."""
        case = self.case_of(someone)
        self.officer.post(
            f"/cases/{case['case_id']}/decision",
            {"decision": "return", "opinion": "请补充工作总结摘要。", "remarks": list(remarks)},
            version=case["version"],
        )

    def let_pass(self, someone: Applicant) -> None:
        """通过, by the officer."""
        case = self.case_of(someone)
        self.officer.post(
            f"/cases/{case['case_id']}/decision",
            {"decision": "pass", "opinion": "同意。", "recommendation": reviewing.recommendation()},
            version=case["version"],
        )


def take_seat(visit: Callable[..., Any], someone: Applicant, *, phone: bool = False) -> Any:
    """A browser in which the applicant is signed in, with the session of the API client."""
    visitor = visit(phone=phone)
    visitor.page.context.add_cookies(
        [{"name": name, "value": value, "url": visitor.stack.url} for name, value in someone.browser.cookies.items()]
    )
    return visitor
