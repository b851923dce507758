"""A province at work, driven through the API: two units, their committees, a past and a voting meeting, a waiting case.

The people of `Province.people` stand in every relation to these things that a right may depend on. They sign in
without a password: a row in identity's table of sessions spares the hashing of two passwords for each.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from chassis import clock, crypto
from chassis.database import Database
from chassis.rpc import Caller
from contracts.base import Role
from deploy.demo import people, reviewing
from deploy.demo.accounts import Installation
from deploy.demo.browser import Browser
from deploy.demo.chain import Unit, create_unit, open_applicant, open_staff
from deploy.demo.committee import Committee, complete_profile, create_committee, open_pool
from deploy.demo.declaring import Applicant
from deploy.demo.meeting import Meeting
from deploy.demo.people import Inventor
from deploy.demo.report import Report
from deploy.found import found
from services.identity.operations.sign_in import token_hash
from services.identity.tables import Account, AccountRole, Person, SessionRow
from tests.factories.past import PastMeeting, import_experts, offer_template, publish_article
from tests.factories.publishing import publish_everywhere

PROFILE = "hebei"
EMPLOYERS = ("蘅州演示师范学院", "澄屿演示职业技术学院", "栎城演示理工学院", "霁湾演示财经学院", "岚汀演示外国语学院")
EXPERTS = 7


class Doors(Installation):
    """The running installation, entered by sessions that are written into identity's database."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(
            settings["ZHIPING_PUBLIC_URL"],
            PROFILE,
            peers=settings["ZHIPING_PEERS_URL"],
            folder=Path(settings["ZHIPING_RUN"]),
        )
        self.opened: list[Browser] = []
        self._entered: list[tuple[Browser, uuid.UUID, str]] = []
        self._database = Database(settings["IDENTITY_DATABASE_URL"], pool_size=2)
        self._keyring = crypto.Keyring([("k1", bytes(32))], base64.b64decode(settings["IDENTITY_HASH_KEY"]))

    def activate(self, who: str, *, kind: str, identifier: str, code: str) -> Browser:
        """Somebody whose account was just opened, signed in."""
        with self._database.begin(PROFILE) as session:
            by_number = Account.login_name.is_(None) & (Person.id_document_hash == self._keyring.keyed_hash(identifier))
            account_id = session.scalars(
                select(Account.id)
                .join(Person, Person.id == Account.person_id)
                .where(Account.login_name == identifier if kind == "unit" else by_number)
            ).one()
        return self.enter(who, account_id)

    def enter(self, who: str, account_id: uuid.UUID, *, profile: str = PROFILE) -> Browser:
        """The owner of an account, signed in."""
        browser = Browser(self.address, PROFILE, who=who)
        self.opened.append(browser)
        browser.take_session(self.token(account_id, profile=profile))
        self._entered.append((browser, account_id, profile))
        return browser

    def renew(self) -> None:
        """Give everybody who came in this way a new session: the demonstration sets the office's passwords anew, which
        ends the sessions of its accounts."""
        for browser, account_id, profile in self._entered:
            browser.take_session(self.token(account_id, profile=profile))

    def token(self, account_id: uuid.UUID, *, profile: str = PROFILE) -> str:
        """A session of an account."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        with self._database.begin(profile) as session:
            session.add(
                SessionRow(
                    profile=profile,
                    account_id=account_id,
                    token_hash=token_hash(token),
                    address="127.0.0.1",
                    user_agent="tests",
                    idle_minutes=60,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            )
        return token

    def holder(self, role: Role, organization_id: str | None) -> uuid.UUID:
        """The first account with a role in an organisation, or in none."""
        with self._database.begin(PROFILE) as session:
            wanted = select(AccountRole.account_id).where(AccountRole.role == role)
            place = None if organization_id is None else uuid.UUID(organization_id)
            return session.scalars(wanted.where(AccountRole.organization_id.is_not_distinct_from(place))).first()  # type: ignore[return-value]

    def close(self) -> None:
        """End all connections."""
        for browser in self.opened:
            browser.close()
        self._database.dispose()


@dataclass
class Province:
    """Who is there and what there is: `people` by relation, `ids` as paths and bodies name them."""

    people: dict[str, Browser] = field(default_factory=dict)
    renew: Callable[[], None] = lambda: None
    ids: dict[str, str] = field(default_factory=dict)


@contextmanager
def province(settings: Mapping[str, str]) -> Iterator[Province]:
    """Found, declare, review, meet, up to the opened ballot."""
    doors = Doors(settings)
    caller = Caller(settings["PUBLISHER_AMQP_URL"])
    caller.link.start()
    try:
        built = _Builder(doors, caller).build()
        built.renew = doors.renew
        yield built
    finally:
        caller.link.stop()
        doors.close()


class _Builder:
    def __init__(self, doors: Doors, caller: Caller) -> None:
        self.doors = doors
        self.caller = caller
        self.report = Report(as_json=False)
        self.inventor = Inventor()
        self.province = Province()

    def build(self) -> Province:
        root = self._root()
        home, foreign = self._unit(root, "home"), self._unit(root, "foreign")
        committee, pool = self._committee(root, home)
        other, other_pool = self._committee(root, foreign)
        self._experts(pool, committee, EXPERTS)
        self._experts(other_pool, other, 1)
        graduate, admitted, waiting = self._declare(home, 3)
        self._admit([root, home], committee, graduate)
        self.province.ids |= PastMeeting(self.report, root, committee, [graduate]).leave(graduate)
        self._admit([root, home], committee, admitted)
        meeting = Meeting(self.report, root, committee, [admitted])
        meeting.prepare()
        meeting.score()
        ballot_id = self._ballot(meeting)
        plain = self._plain_judge(meeting)
        self.province.people |= {
            "applicant": waiting.browser,
            "graduate": graduate.browser,
            "applicant_foreign": open_applicant(self.doors, self.report, foreign, self.inventor.person()),
            **{f"{role}": getattr(home, role) for role in ("officer", "leader", "admin")},
            **{f"{role}_foreign": getattr(foreign, role) for role in ("officer", "leader", "admin")},
            **{f"{role}_office": getattr(root, role) for role in ("officer", "leader", "admin")},
            "pool": pool,
            "pool_foreign": other_pool,
            "judge": meeting.browser_of(plain),
            "expert_outside": next(iter(other.experts.values())),
            "chair": meeting.browser_of(meeting.chair),
            "system": self.doors.enter("system", self.doors.holder(Role.SYSTEM_ADMIN, None)),
            "other_profile": self._stranger(),
        }
        (case,) = reviewing.wait_for(home.officer, {waiting.declaration_id})
        (material,) = meeting._all("/materials/search", {"offered": False})
        view = waiting.browser.get(waiting.address)
        self.province.ids |= {
            "root_id": root.organization_id,
            "organization_id": home.organization_id,
            "foreign_organization_id": foreign.organization_id,
            "committee_id": committee.committee_id,
            "meeting_id": meeting.meeting_id,
            "group_id": meeting.groups[0],
            "material_id": material["material_id"],
            "case_id": case["case_id"],
            "case_version": str(case["version"]),
            "declaration_id": waiting.declaration_id,
            "submission_id": waiting.submission_id,
            "expert_id": meeting.judges[plain]["expert_id"],
            "judge_id": plain,
            **self._spares(home),
            "ballot_id": ballot_id,
            "file_id": self._file(waiting),
            "batch_id": waiting.browser.get("/public/batches")[0]["batch_id"],
            "account_id": waiting.browser.get("/me")["account_id"],
            "manager_id": pool.get("/me")["account_id"],
            "import_id": import_experts(pool, committee),
            "template_id": offer_template(home.officer, home.organization_id),
            "article_id": publish_article(self.province.people["system"]),
            "profile_version": str(view["declaration"]["profile_version"]),
        }
        return self.province

    def _root(self) -> Unit:
        founded = found(PROFILE, self.caller)
        organization_id = str(founded.organization_id)
        admin = self.doors.enter("office-admin", self.doors.holder(Role.ORG_ADMIN, organization_id))
        officer, leader = (
            open_staff(
                self.doors,
                self.report,
                self.inventor,
                admin,
                organization_id,
                role=role,
                prefix=f"office-{self.inventor.code()}",
                where="office",
            )
            for role in ("case_officer", "unit_leader")
        )
        return Unit("root", "office", organization_id, admin, officer, leader)

    def _unit(self, root: Unit, key: str) -> Unit:
        name = {"home": "云汐演示理工学院", "foreign": "澜汐演示师范学院"}[key]
        return create_unit(
            self.doors,
            self.report,
            self.inventor,
            root,
            key,
            name,
            "committee_unit",
            "institution",
            forms_committees=True,
        )

    def _committee(self, root: Unit, unit: Unit) -> tuple[Committee, Browser]:
        second = open_staff(
            self.doors,
            self.report,
            self.inventor,
            unit.admin,
            unit.organization_id,
            role="case_officer",
            prefix=f"second-{self.inventor.code()}",
            where=unit.name,
        )
        code = f"PW{self.inventor.code()}"
        committee = create_committee(self.report, root, unit, second, code)
        return committee, open_pool(self.doors, self.report, self.inventor, root, committee, code)

    def _experts(self, pool: Browser, committee: Committee, count: int) -> None:
        def add(number: int) -> tuple[str, Browser]:
            person = self.inventor.person(born=range(1966, 1982))
            employer = EMPLOYERS[number % len(EMPLOYERS)]
            expert = {
                "real_name": person.name,
                "id_document_no": person.id_no,
                "mobile": person.mobile,
                "email": person.email,
                "employer_name": employer,
                "specialties": ["01002"],
            }
            added = pool.post(f"/committees/{committee.committee_id}/experts", {"expert": expert})
            browser = self.doors.activate(
                f"expert{number}", kind="person", identifier=person.id_no, code=added["activation_code"]
            )
            return complete_profile(self.report, browser, person, employer), browser

        with ThreadPoolExecutor(4) as threads:
            committee.experts |= dict(threads.map(add, range(count)))
        committee.officer.post(
            "/experts/reviews", {"expert_ids": list(committee.experts), "approve": True, "opinion": "符合条件"}
        )

    def _declare(self, unit: Unit, count: int) -> list[Applicant]:
        def declare(person: people.Person) -> Applicant:
            applicant = Applicant(open_applicant(self.doors, self.report, unit, person), person, self.report)
            applicant.declare()
            return applicant

        with ThreadPoolExecutor(count) as threads:
            return list(threads.map(declare, [self.inventor.person() for _ in range(count)]))

    def _admit(self, chain: list[Unit], committee: Committee, applicant: Applicant) -> None:
        wanted = {applicant.declaration_id}
        reviewing.climb(self.report, chain, wanted)
        reviewing.assign(self.report, chain[0].officer, wanted, committee.committee_id)
        reviewing.admit(self.report, committee.officer, wanted)

    def _ballot(self, meeting: Meeting) -> str:
        chair = meeting.browser_of(meeting.chair)
        for judge in meeting.judges:
            meeting.browser_of(judge).post(f"{meeting.address}/presence")
        chair.post(f"{meeting.address}/roll", {"judge_ids": list(meeting.judges), "selected": True})
        second = list(meeting.judges)[1]
        opened = chair.post(f"{meeting.address}/ballots", {"second_person_id": second})
        ballot_id: str = opened["ballot_id"]
        return ballot_id

    def _file(self, applicant: Applicant) -> str:
        receipt = applicant.browser.get(f"{applicant.address}/receipts")[0]
        file_id: str = receipt["files"][0]["file_id"]
        return file_id

    def _plain_judge(self, meeting: Meeting) -> str:
        """A judge without a post, who leads no group and reviews nothing."""
        shown = meeting.browser_of(meeting.chair).get(f"{meeting.address}/reviewers")
        busy = {row[part]["judge_id"] for row in shown["items"] for part in ("lead", "second")}
        busy |= set(list(meeting.judges)[:2])
        for group in meeting.groups:
            busy.add(next(judge for judge, data in meeting.judges.items() if data["group_id"] == group))
        return next(judge for judge in meeting.judges if judge not in busy)

    def _spares(self, home: Unit) -> dict[str, str]:
        """A unit below the home unit, and an applicant of it, whom nobody needs."""
        below = create_unit(
            self.doors, self.report, self.inventor, home, "spare", "云汐演示学院", "employer", "institution"
        )
        spare = open_applicant(self.doors, self.report, home, self.inventor.person())
        return {"spare_id": below.organization_id, "spare_account_id": spare.get("/me")["account_id"]}

    def _stranger(self) -> Browser:
        """The administrator of another province, with the cookie under this province's name."""
        profile = f"t_{secrets.token_hex(6)}"
        publish_everywhere(self.caller, profile)
        administrator = found(profile, self.caller).administrator
        return self.doors.enter("other_profile", administrator.account_id, profile=profile)
