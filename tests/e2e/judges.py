"""Meetings for browser tests, set up through the API with the blocks of the demonstration."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from deploy.demo import reviewing
from deploy.demo.accounts import Installation
from deploy.demo.chain import Unit, build_chain, open_applicant
from deploy.demo.committee import prepare_committee
from deploy.demo.declaring import Applicant
from deploy.demo.meeting import Meeting
from deploy.demo.people import Inventor, Person
from deploy.demo.report import Report


def root_unit(installation: Installation) -> Unit:
    """The title-reform office of the demonstration, its people signed in again."""
    admin = installation.sign_in("root-admin")
    organization_id = admin.get("/me")["roles"][0]["organization_id"]
    return Unit(
        "root",
        "省职改办",
        organization_id,
        admin,
        installation.sign_in("root-officer"),
        installation.sign_in("root-leader"),
    )


def prepared_meeting(installation: Installation, report: Report, *, people: int) -> Meeting:
    """A new committee's meeting with so many materials, up to the submitted standard."""
    inventor = Inventor()
    root = root_unit(installation)
    committee = prepare_committee(installation, report, inventor, root)
    chain = build_chain(installation, report, inventor, root)
    persons = [inventor.applicant(number) for number in range(people)]

    def declare(person: Person) -> Applicant:
        applicant = Applicant(open_applicant(installation, report, chain[-1], person), person, report)
        applicant.declare()
        return applicant

    with ThreadPoolExecutor(people) as pool:
        applicants = list(pool.map(declare, persons))
    declaration_ids = {applicant.declaration_id for applicant in applicants}
    reviewing.climb(report, chain, declaration_ids)
    reviewing.assign(report, root.officer, declaration_ids, committee.committee_id)
    reviewing.admit(report, committee.officer, declaration_ids)
    meeting = Meeting(report, root, committee, applicants)
    meeting.prepare()
    return meeting
