"""The bus side of the notify service: events in, messages out; people read their notices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import context
from chassis.database import ALL_PROFILES
from chassis.loops import every
from chassis.operated import operator
from chassis.profiles import Profiles, ProfileService
from chassis.service import Delivery, client, on, serve
from contracts.base import Page, Role
from contracts.committee import CommitteeApi
from contracts.declaration import DeclarationApi
from contracts.events import (
    AccountKind,
    AccountOpened,
    BallotOpened,
    CaseAdmitted,
    CaseAdvanced,
    CaseRecalled,
    CaseReturned,
    CertificateIssued,
    ChairAppointed,
    DeadlineNear,
    DeclarationSubmitted,
    ExpertReviewed,
    JobFinished,
    JudgesConfirmed,
    MeetingAwaits,
    ObjectionUpheld,
    PasswordChanged,
    RecoveryCodeRequested,
    ResultAudited,
    ResultConfirmed,
    WindowExtended,
    WorkOverdue,
    WorkStranded,
)
from contracts.identity import IdentityApi
from contracts.notify import (
    Article,
    ArticleRequest,
    ChangeArticle,
    MessageRequest,
    MessageRow,
    Notice,
    NoticeRequest,
    NotifyApi,
    PublishArticle,
    ReadNotices,
    ResendMessage,
    WithdrawArticle,
)
from contracts.operations import LateJobAct
from contracts.portal import ProfileCard, PublishedPortal
from contracts.review import ReviewApi
from services.notify import queries
from services.notify.operations import articles, inbox, sending, telling
from services.notify.operations.occasions import (
    about_account,
    about_declaration,
    about_meeting,
    about_overdue_work,
    about_post,
    about_stranded_work,
    about_work,
)
from services.notify.operations.telling import Telling
from services.notify.rules.messages import MessageRules, shown_deadline, shown_moment
from services.notify.rules.profile import Slice
from services.notify.settings import Settings
from services.notify.views import portal_card, published_portal

ACCOUNT_OCCASIONS = {
    AccountKind.STAFF: "staff_account_created",
    AccountKind.APPLICANT: "account_created",
    AccountKind.EXPERT: "expert_account_created",
    AccountKind.POOL: "staff_account_created",
}


@serve(NotifyApi)
class NotifyService(ProfileService[Settings]):
    """Tells people what concerns them."""

    identity = client(IdentityApi)
    declarations = client(DeclarationApi)
    reviews = client(ReviewApi)
    committees = client(CommitteeApi)
    profiles: Profiles[Slice] = Profiles(Slice)

    def profile_activated(self, session: Session, *, profile: str, version: int) -> None:
        articles.publish_pages(session, profile=profile, pages=self.profiles.get(session, profile, version).pages)

    # what everybody sees

    def published_profiles(self) -> tuple[ProfileCard, ...]:
        with self.database.begin(ALL_PROFILES) as session:
            return tuple(
                portal_card(name, self.profiles.current(session, name)[1]) for name in self.profiles.names(session)
            )

    def portal(self) -> PublishedPortal:
        with self.database.begin() as session:
            return published_portal(*self.profiles.current(session, self._profile()))

    # notices, messages, articles

    def notices(self, *, request: NoticeRequest) -> Page[Notice]:
        with self.database.begin() as session:
            return queries.notices(session, actor=context.actor(), request=request, rules=self._rules(session))

    def unread_notices(self) -> int:
        with self.database.begin() as session:
            return inbox.unread(session, actor=context.actor())

    def read_notices(self, *, command: ReadNotices) -> int:
        return self.execute(inbox.read_notices, command, actor=context.actor())

    def messages(self, *, request: MessageRequest) -> Page[MessageRow]:
        with self.database.begin() as session:
            return queries.messages(session, actor=context.actor(), request=request)

    def resend_message(self, *, command: ResendMessage) -> MessageRow:
        return self.execute(inbox.resend_message, command, actor=context.actor())

    def give_up_late_job(self, *, command: LateJobAct) -> None:
        operator()
        self.execute(sending.give_up, command)

    def publish_article(self, *, command: PublishArticle) -> Article:
        return self.execute(articles.publish_article, command, actor=context.actor())

    def change_article(self, *, command: ChangeArticle) -> Article:
        return self.execute(articles.change_article, command, actor=context.actor())

    def withdraw_article(self, *, command: WithdrawArticle) -> None:
        return self.execute(articles.withdraw_article, command, actor=context.actor())

    def public_articles(self, *, request: ArticleRequest) -> Page[Article]:
        with self.database.begin() as session:
            return queries.articles(session, actor=None, request=request)

    def public_article(self, *, article_id: UUID) -> Article:
        with self.database.begin() as session:
            return queries.article(session, actor=None, article_id=article_id)

    def article(self, *, article_id: UUID) -> Article:
        with self.database.begin() as session:
            return queries.article(session, actor=context.actor(), article_id=article_id)

    def articles(self, *, request: ArticleRequest) -> Page[Article]:
        with self.database.begin() as session:
            return queries.articles(session, actor=context.actor(), request=request)

    # events

    @on(AccountOpened)
    def account_opened(self, event: AccountOpened, delivery: Delivery) -> None:
        occasion = ACCOUNT_OCCASIONS[event.kind]
        self._tell(delivery, about_account(delivery.envelope, occasion, event.account_id))

    @on(PasswordChanged)
    def password_changed(self, event: PasswordChanged, delivery: Delivery) -> None:
        moment = shown_moment(delivery.envelope.occurred_at)
        self._tell(delivery, about_account(delivery.envelope, "password_changed", event.account_id, deadline=moment))

    @on(RecoveryCodeRequested)
    def recovery_code_requested(self, event: RecoveryCodeRequested, delivery: Delivery) -> None:
        code = {"recovery_id": str(event.recovery_id)}
        self._tell(delivery, about_account(delivery.envelope, "password_recovery_code", event.account_id, **code))

    @on(DeclarationSubmitted)
    def declaration_submitted(self, event: DeclarationSubmitted, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "declaration_submitted", event.declaration_id)

    @on(DeadlineNear)
    def deadline_near(self, event: DeadlineNear, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "deadline_near", event.declaration_id)

    @on(WindowExtended)
    def window_extended(self, event: WindowExtended, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "window_extended", event.declaration_id)

    @on(CaseAdvanced)
    def case_advanced(self, event: CaseAdvanced, delivery: Delivery) -> None:
        tellings = []
        if event.organization_id is not None and event.role is not None:
            stranded = self._stranded(delivery, event.organization_id, 1)
            holders = self.identity.accounts_with_role(organization_id=event.organization_id, role=event.role)
            tellings.append(stranded or about_work(delivery.envelope, holders))
        if event.passed_by is not None:
            facts = self.declarations.notice_facts(declaration_id=event.declaration_id)
            units = self.identity.organizations(organization_ids=(event.passed_by,))
            name = units[0].name if units else ""
            tellings.append(about_declaration(delivery.envelope, "unit_passed", facts, unit=name))
        self._tell(delivery, *tellings)

    @on(WorkOverdue)
    def work_overdue(self, event: WorkOverdue, delivery: Delivery) -> None:
        stranded = self._stranded(delivery, event.organization_id, event.count)
        holders = self.identity.accounts_with_role(organization_id=event.organization_id, role=event.role)
        self._tell(delivery, stranded or about_overdue_work(delivery.envelope, holders, event.count))

    @on(WorkStranded)
    def work_stranded(self, event: WorkStranded, delivery: Delivery) -> None:
        stranded = self._stranded(delivery, event.organization_id, event.count)
        self._tell(delivery, *([stranded] if stranded else []))

    @on(CaseReturned)
    def case_returned(self, event: CaseReturned, delivery: Delivery) -> None:
        facts = self.declarations.notice_facts(declaration_id=event.declaration_id)
        reason = self.reviews.return_facts(decision_id=event.decision_id)
        more = {"deadline": shown_deadline(reason.deadline)} if reason.deadline else {}
        self._tell(delivery, about_declaration(delivery.envelope, "declaration_returned", facts, **more))

    @on(CaseRecalled)
    def case_recalled(self, event: CaseRecalled, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "declaration_withdrawn", event.declaration_id)

    @on(CaseAdmitted)
    def case_admitted(self, event: CaseAdmitted, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "declaration_passed", event.declaration_id)

    @on(ExpertReviewed)
    def expert_reviewed(self, event: ExpertReviewed, delivery: Delivery) -> None:
        self._tell(delivery, about_account(delivery.envelope, "expert_profile_decided", event.account_id))

    @on(JudgesConfirmed)
    def judges_confirmed(self, event: JudgesConfirmed, delivery: Delivery) -> None:
        self._tell_meeting(delivery, event.meeting_id, ("expert_appointed", event.account_ids))

    @on(ChairAppointed)
    def chair_appointed(self, event: ChairAppointed, delivery: Delivery) -> None:
        told: list[tuple[str, tuple[UUID, ...]]] = [
            (about_post(change), (change.account_id,)) for change in event.changes
        ]
        self._tell_meeting(delivery, event.meeting_id, *(told or [("meeting_post", event.account_ids)]))

    @on(BallotOpened)
    def ballot_opened(self, event: BallotOpened, delivery: Delivery) -> None:
        self._tell_meeting(delivery, event.meeting_id, ("vote_opened", event.account_ids))

    @on(MeetingAwaits)
    def meeting_awaits(self, event: MeetingAwaits, delivery: Delivery) -> None:
        holders = self.identity.accounts_with_role(organization_id=event.organization_id, role=event.role)
        self._tell(delivery, about_work(delivery.envelope, holders))

    @on(ResultConfirmed)
    def result_confirmed(self, event: ResultConfirmed, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "result_confirmed", event.declaration_id)

    @on(ObjectionUpheld)
    def objection_upheld(self, event: ObjectionUpheld, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "result_final", event.declaration_id)

    @on(ResultAudited)
    def result_audited(self, event: ResultAudited, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "result_final", event.declaration_id)

    @on(CertificateIssued)
    def certificate_issued(self, event: CertificateIssued, delivery: Delivery) -> None:
        self._tell_applicant(delivery, "certificate_ready", event.declaration_id)

    @on(JobFinished)
    def job_finished(self, event: JobFinished, delivery: Delivery) -> None:
        occasion = "export_ready" if event.succeeded else "job_failed"
        self._tell(
            delivery, Telling(delivery.envelope.event_id, occasion, (event.account_id,), {}, "job", event.job_id)
        )

    @every(60)
    def tell_collected(self, session: Session) -> None:
        """Tell what was collected for people in periods that are over."""
        telling.tell_collected(session, {name: self._rules(session, name) for name in self.profiles.names(session)})

    def _stranded(self, delivery: Delivery, organization_id: UUID, count: int) -> Telling | None:
        """Where work waits in a closed unit: for the officers of the next superior that is open, who re-route it."""
        unit, *above = self.identity.ancestors(organization_id=organization_id)
        if unit.is_enabled:
            return None
        superior = next((one for one in above if one.is_enabled), None)
        officers = (
            self.identity.accounts_with_role(organization_id=superior.organization_id, role=Role.CASE_OFFICER)
            if superior
            else ()
        )
        return about_stranded_work(delivery.envelope, officers, unit=unit.name, count=count)

    def _tell_applicant(self, delivery: Delivery, occasion: str, declaration_id: UUID) -> None:
        facts = self.declarations.notice_facts(declaration_id=declaration_id)
        self._tell(delivery, about_declaration(delivery.envelope, occasion, facts))

    def _tell_meeting(self, delivery: Delivery, meeting_id: UUID, *told: tuple[str, Iterable[UUID]]) -> None:
        facts: dict[str, Any] = self.committees.meeting_facts(meeting_id=meeting_id)
        words = {"ref": str(facts["number"])} if "number" in facts else {}
        self._tell(
            delivery,
            *(about_meeting(delivery.envelope, occasion, meeting_id, whom, **words) for occasion, whom in told),
        )

    def _tell(self, delivery: Delivery, *tellings: Telling) -> None:
        # Everybody hears of each fact, also when a newer one overtook it.
        with delivery.once(ordered=False) as session:
            rules = self._rules(session)
            for one in tellings:
                telling.tell(session, rules, delivery.envelope.profile, one)

    def _rules(self, session: Session, profile: str | None = None) -> MessageRules:
        return self.profiles.current(session, profile or self._profile())[1].messages

    def _profile(self) -> str:
        name = context.current().profile
        assert name is not None
        return name
