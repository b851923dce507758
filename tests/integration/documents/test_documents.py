"""What the documents service makes, on a real database and object store: exports, lists, certificates, templates."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from chassis import clock
from chassis.tables import JobRow, OutboxRow
from contracts.base import Actor, PageRequest, Role
from contracts.declaration import SubmissionCard
from contracts.documents import (
    AddExchangeTemplate,
    Bundle,
    CancelJob,
    CertificateFormat,
    CertificateWithdrawn,
    EnableExchangeTemplate,
    JobState,
    JobSummary,
    ListFormat,
    MeetingDocument,
    NothingToRender,
    OrderOwnDocument,
    OwnDocument,
)
from contracts.errors import NotAllowed, NotFound, StaleVersion
from contracts.events import CertificateIssued
from services.documents.tables import CertificateRow
from tests.factories.documents import LONG_NAME, portrait
from tests.integration.documents.world import PROFILE, World, certifiable, order, submission, sweep, text_of
from tests.unit.documents.test_inspection import docx


@pytest.mark.req("HB-48", "PL-24")
def test_general_forms_are_exported_in_the_background(world: World, applicant: Actor) -> None:
    """Ticked rows become one archive or one PDF, with opinions and progress, that expires."""
    cards = [submission(world, applicant, name=name) for name in ("纪知秋", LONG_NAME)]
    world.work()
    for bundle in Bundle:
        ordered = world.service.order_export(
            command_id=uuid.uuid4(),
            kind="general_form",
            submission_ids=tuple(card.submission_id for card in cards),
            bundle=bundle,
        )
        assert (ordered.state, ordered.total) == (JobState.WAITING, 2)
        content = world.document(ordered)
        if bundle is Bundle.MERGED_PDF:
            text = text_of(content)
            assert "同意推荐。" in text
            assert "旧意见" not in text
            assert "{{7*7}}" in text
            assert LONG_NAME.partition("·")[0] in text
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert len(archive.namelist()) == 2
                assert all(name.startswith("通用表_") for name in archive.namelist())
                if bundle is Bundle.ZIP_DOCX:
                    Document(io.BytesIO(archive.read(archive.namelist()[0])))
    done = world.service.own_jobs(page=PageRequest())
    assert done.total == 3
    assert all(one.done == one.total == 2 and one.expires_at for one in done.items)
    with clock.standing_at(clock.now() + timedelta(days=8)):
        sweep(world)
        world.work()
    for one in done.items:
        assert one.file_id is not None
        with pytest.raises(NotFound):
            world.service.open_document(document_id=one.file_id)


def test_an_export_can_be_cancelled_and_refused(world: World, applicant: Actor) -> None:
    """A waiting export is stopped, a running one says that it stops; one whose submission is unknown ends with the
    refusal's code."""
    ordered = world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=(uuid.uuid4(),))
    stopped = world.service.cancel_job(command=CancelJob(command_id=uuid.uuid4(), job_id=ordered.job_id))
    assert stopped.state is JobState.CANCELLED
    runs = world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=(uuid.uuid4(),))
    with world.database.begin(PROFILE) as session:
        row = session.get_one(JobRow, runs.job_id)
        row.state, row.lease_until = "running", clock.now() + timedelta(minutes=5)
    stopping = world.service.cancel_job(command=CancelJob(command_id=uuid.uuid4(), job_id=runs.job_id))
    assert (stopping.state, stopping.is_stopping) == (JobState.RUNNING, True)
    failed = world.finished(
        world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=(uuid.uuid4(),))
    )
    assert (failed.state, failed.error_code) == (JobState.FAILED, "common.not_found")
    with pytest.raises(NothingToRender):
        world.service.order_export(command_id=uuid.uuid4(), kind="general_form", submission_ids=())


def test_an_export_asks_for_the_right_again_when_it_is_made(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Who lost the role or the account while the export waited gets no file, only the code that says why."""
    card = submission(world, applicant)
    world.work()

    def outcomes() -> list[str | None]:
        ordered = (
            world.service.order_export(
                command_id=uuid.uuid4(), kind="general_form", submission_ids=(card.submission_id,)
            ),
            world.service.order_meeting_document(
                command_id=uuid.uuid4(),
                meeting_id=uuid.uuid4(),
                document=MeetingDocument.JUDGES,
                organization_name="栎城演示医科大学",
            ),
        )
        done = [world.finished(job) for job in ordered]
        assert all((job.file_id is None) == (job.error_code is not None) for job in done)
        return [job.error_code for job in done]

    officer = make_actor((Role.CASE_OFFICER, uuid.uuid4()))
    acting(officer)
    assert outcomes() == [None, None]
    world.reviews.removed.add(officer.account_id)
    world.committees.removed.add(officer.account_id)
    assert outcomes() == ["common.not_allowed"] * 2
    world.identities.ended.add(officer.account_id)
    assert outcomes() == ["common.not_found"] * 2


def test_own_documents_are_the_own_ones(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """A foreign submission is not found: at once where it is known here, by the job where its event is on the way."""
    known = submission(world, applicant)
    on_the_way = known.model_copy(update={"submission_id": uuid.uuid4()})
    content = world.declarations.contents[known.submission_id].model_copy(update={"card": on_the_way})
    world.declarations.contents[on_the_way.submission_id] = content

    def ordered(card: SubmissionCard) -> JobSummary:
        command = OrderOwnDocument(
            command_id=uuid.uuid4(), submission_id=card.submission_id, document=OwnDocument.GENERAL_FORM
        )
        return world.service.order_own_document(command=command)

    assert world.document(ordered(on_the_way)).startswith(b"%PDF")
    acting(make_actor((Role.APPLICANT, None)))
    with pytest.raises(NotFound):
        ordered(known)
    refused = world.finished(ordered(on_the_way))
    assert (refused.state, refused.error_code) == (JobState.FAILED, "common.not_found")


@pytest.mark.req("HB-134", "HB-158")
@pytest.mark.parametrize("wanted", list(ListFormat))
def test_lists_of_a_meeting_are_exported(world: World, applicant: Actor, wanted: ListFormat) -> None:
    """A list comes as spreadsheet, PDF or Word document, and no cell of it computes anything."""
    content = world.document(order(world, uuid.uuid4(), MeetingDocument.JUDGES, list_format=wanted))
    if wanted is ListFormat.PDF:
        assert "云汐演示大学" in text_of(content)
    elif wanted is ListFormat.XLSX:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


@pytest.mark.req("HB-165", "HB-166")
def test_certificates_are_made_once_for_each_person_and_meeting(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Ordering again gives the same numbers and codes; the holder has PDF and Word document, others nothing."""
    photo = world.upload(portrait())
    cards = [submission(world, applicant, files=(photo,)), submission(world, applicant, name=LONG_NAME)]
    world.work()
    meeting_id = certifiable(world, *cards)
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    first, second = (world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES)) for _ in range(2))
    with zipfile.ZipFile(io.BytesIO(first)) as before, zipfile.ZipFile(io.BytesIO(second)) as after:
        assert sorted(before.namelist()) == sorted(after.namelist())
        assert len(before.namelist()) == 4
        assert [before.read(name) for name in before.namelist()] == [after.read(name) for name in after.namelist()]
    acting(applicant)
    own = world.service.own_certificates()
    assert len(own) == 2
    assert all(one.is_ready for one in own)
    number = own[0].management_no
    assert world.service.check_certificate(management_no=number, check_code=own[0].check_code).management_no == number
    assert number.startswith("冀")
    with world.database.begin(PROFILE) as session:
        row = session.get_one(CertificateRow, own[0].certificate_id)
        told = session.scalars(select(OutboxRow).where(OutboxRow.topic == CertificateIssued.topic())).all()
    assert len([one for one in told if one.aggregate_id in {c.certificate_id for c in own}]) == 2
    stored = world.service.open_certificate(certificate_id=row.id, format=CertificateFormat.PDF)
    printed = text_of(world.read(stored))
    assert row.check_code in printed
    assert number.removeprefix("冀") in printed
    acting(make_actor((Role.APPLICANT, None)))
    with pytest.raises(NotFound):
        world.service.open_certificate(certificate_id=row.id, format=CertificateFormat.PDF)


@pytest.mark.req("PL-23")
def test_no_certificate_is_made_with_a_name_that_cannot_be_drawn(world: World, applicant: Actor) -> None:
    """Rare characters are drawn; one that no typeface has ends the order with its code, after all others were made."""
    rare, undrawable = "𠮷𪚥𠀀", "云\U00031350"
    cards = [submission(world, applicant, name=name) for name in (undrawable, rare)]
    world.work()
    failed = world.finished(order(world, certifiable(world, *cards), MeetingDocument.CERTIFICATES))
    assert (failed.state, failed.error_code) == (JobState.FAILED, "documents.characters_not_drawable")
    (ready,) = [one for one in world.service.own_certificates() if one.is_ready]
    printed = world.read(
        world.service.open_certificate(certificate_id=ready.certificate_id, format=CertificateFormat.PDF)
    )
    assert rare in text_of(printed)
    used = PdfReader(io.BytesIO(printed)).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    assert any("HanaMin" in str(font.get_object()["/BaseFont"]) for font in used)


@pytest.mark.req("PL-26", "HB-166")
def test_anybody_may_check_a_certificate_and_learns_little(world: World, applicant: Actor) -> None:
    """Number and check code together confirm a certificate; the name is masked and no identity number is shown."""
    card = submission(world, applicant, name="纪知秋")
    world.work()
    meeting_id = certifiable(world, card)
    world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES))
    with world.database.begin(PROFILE) as session:
        row = session.scalars(select(CertificateRow).where(CertificateRow.person_id == card.person_id)).one()
    typed = row.check_code.lower().replace("-", " ")
    found = world.service.check_certificate(management_no=f" {row.management_no} ", check_code=typed)
    assert (found.masked_name, found.declared_title) == ("纪**", "副主任医师")
    assert "139901" not in found.model_dump_json()
    for number, code in ((row.management_no, "2222-2222-2222"), ("冀20260000000", row.check_code)):
        with pytest.raises(NotFound):
            world.service.check_certificate(management_no=number, check_code=code)


@pytest.mark.req("HB-166", "PL-26")
def test_a_withdrawn_certificate_says_since_when_and_is_not_given_out(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Its number and code still answer, with the day; nobody gets the file, and a new bundle leaves it out."""
    card = submission(world, applicant)
    other = submission(world, applicant, name=LONG_NAME)
    world.work()
    meeting_id = certifiable(world, card, other)
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES))
    with world.database.begin(PROFILE) as session:
        row = session.scalars(select(CertificateRow).where(CertificateRow.person_id == card.person_id)).one()
    wanted = {"meeting_id": meeting_id, "material_id": row.material_id, "reason": "材料造假"}
    for _ in range(2):
        world.service.withdraw_certificate(command_id=uuid.uuid4(), **wanted)
    with pytest.raises(NotFound):
        world.service.withdraw_certificate(command_id=uuid.uuid4(), **{**wanted, "material_id": uuid.uuid4()})
    found = world.service.check_certificate(management_no=row.management_no, check_code=row.check_code)
    assert found.withdrawn_on == clock.today()
    with zipfile.ZipFile(io.BytesIO(world.document(order(world, meeting_id, MeetingDocument.CERTIFICATES)))) as bundle:
        assert len(bundle.namelist()) == 2
    acting(applicant)
    (seen,) = world.service.meeting_certificates(meeting_id=row.meeting_id, material_ids=(row.material_id,))
    assert (seen.management_no, seen.withdrawn_on) == (row.management_no, clock.today())
    assert world.service.meeting_certificates(meeting_id=uuid.uuid4(), material_ids=(row.material_id,)) == ()
    own = {one.certificate_id: one.withdrawn_on for one in world.service.own_certificates()}
    assert own[row.id] == clock.today()
    with pytest.raises(CertificateWithdrawn):
        world.service.open_certificate(certificate_id=row.id, format=CertificateFormat.PDF)


@pytest.mark.req("HB-165")
def test_review_forms_show_the_vote_in_numbers(world: World, applicant: Actor) -> None:
    """The review form comes as Word and PDF with opinions, counts and result; none where nobody may have one."""
    card = submission(world, applicant)
    world.work()
    content = world.document(order(world, certifiable(world, card), MeetingDocument.REVIEW_FORMS))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(archive.namelist())
        assert [name.rpartition(".")[2] for name in names] == ["docx", "pdf"]
        printed = text_of(archive.read(names[1]))
    assert "同意推荐。" in printed
    assert "88.5" in printed
    failed = world.finished(order(world, uuid.uuid4(), MeetingDocument.REVIEW_FORMS))
    assert failed.error_code == NothingToRender.code


@pytest.mark.req("HB-60", "HB-74", "HB-115")
def test_the_province_offers_its_files(world: World, applicant: Actor) -> None:
    """Filling instructions, ethics evaluation and expert sheet can be downloaded under their Chinese names."""
    offered = {one.download_id: one for one in world.service.downloads()}
    assert offered.keys() == {"filling_instructions", "ethics_evaluation_template", "expert_import"}
    for download_id in offered:
        stored = world.service.open_download(download_id=download_id)
        assert world.read(stored).startswith(b"PK")
    with pytest.raises(NotFound):
        world.service.open_download(download_id="nonsense")


@pytest.mark.req("HB-52")
def test_exchange_templates_are_offered_and_withdrawn(
    world: World, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """A case officer offers a file of the own organisation; others see it until it is withdrawn."""
    organization_id = uuid.uuid4()
    officer = make_actor((Role.CASE_OFFICER, organization_id))
    acting(officer)
    file = world.upload(docx(), purpose="exchange_template", name="报盘.docx")
    foreign = AddExchangeTemplate(
        command_id=uuid.uuid4(), organization_id=uuid.uuid4(), title="报盘模板", file_id=file.file_id
    )
    with pytest.raises(NotFound):
        world.service.add_exchange_template(command=foreign)
    acting(make_actor((Role.ORG_ADMIN, organization_id)))
    with pytest.raises(NotAllowed):
        world.service.add_exchange_template(
            command=foreign.model_copy(update={"command_id": uuid.uuid4(), "organization_id": organization_id})
        )
    acting(officer)
    made = world.service.add_exchange_template(
        command=foreign.model_copy(update={"command_id": uuid.uuid4(), "organization_id": organization_id})
    )
    other = make_actor((Role.CASE_OFFICER, uuid.uuid4()))
    acting(other)
    assert made.template_id in {one.template_id for one in world.service.exchange_templates(page=PageRequest()).items}
    assert world.read(world.service.open_exchange_template(template_id=made.template_id)).startswith(b"PK")
    withdraw = EnableExchangeTemplate(
        command_id=uuid.uuid4(), template_id=made.template_id, is_enabled=False, expected_version=1
    )
    with pytest.raises(NotAllowed):
        world.service.enable_exchange_template(command=withdraw)
    acting(officer)
    assert world.service.enable_exchange_template(command=withdraw).version == 2
    with pytest.raises(StaleVersion):
        world.service.enable_exchange_template(command=withdraw.model_copy(update={"command_id": uuid.uuid4()}))
    acting(other)
    with pytest.raises(NotFound):
        world.service.open_exchange_template(template_id=made.template_id)
    with pytest.raises(NotFound):
        world.service.enable_exchange_template(command=withdraw.model_copy(update={"command_id": uuid.uuid4()}))


def test_jobs_of_others_are_not_there(
    world: World, applicant: Actor, make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]
) -> None:
    """Nobody sees, stops or fetches what somebody else ordered."""
    ordered = order(world, uuid.uuid4(), MeetingDocument.JUDGES, meeting_name="高等学校教师系列评审会议")
    world.work()
    done = world.service.job(job_id=ordered.job_id)
    assert (done.document, done.meeting_name) == ("judges", "高等学校教师系列评审会议")
    acting(make_actor((Role.CASE_OFFICER, uuid.uuid4())))
    with pytest.raises(NotFound):
        world.service.job(job_id=ordered.job_id)
    with pytest.raises(NotFound):
        world.service.cancel_job(command=CancelJob(command_id=uuid.uuid4(), job_id=ordered.job_id))
    assert done.file_id is not None
    with pytest.raises(NotFound):
        world.service.open_document(document_id=done.file_id)
    with world.database.begin(PROFILE) as session:
        assert session.get(JobRow, ordered.job_id) is not None
