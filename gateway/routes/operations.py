"""What operators see of all services at once, and do in one of them: dead messages, late jobs, audit, profiles."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Response
from pydantic import Field, StringConstraints

from chassis.asyncbus import AsyncClient
from contracts.base import SERVICES, Message
from contracts.declaration import DeclarationApi
from contracts.declaration.batches import ProfileUse
from contracts.errors import WorldFault
from contracts.identity import AccountName, IdentityApi
from contracts.operations import (
    AuditLine,
    AuditQuery,
    ChainCheck,
    CheckAuditChain,
    DeadMessages,
    ExportAudit,
    LateJobAct,
    LateJobs,
    Operated,
    ProfileChange,
    ResendDeadMessages,
    ResentMessage,
    StoredProfile,
)
from gateway.clients import Clients, Services
from gateway.commands import command_from
from gateway.session import SignedIn
from gateway.workbooks import AS_WORKBOOK, workbook_answer

router = APIRouter(prefix="/{profile}/ops", tags=["operations"])
Found = TypeVar("Found")
Service = Literal["identity", "declaration", "review", "committee", "documents", "notify"]
AUDIT_PAGE = 50


class AtService(Message, Generic[Found]):
    """What a service answers; None where it does not answer, or has nothing of the kind yet."""

    service: Service
    is_there: bool
    found: Found | None


class AuditRequest(Message):
    """A page of audit rows, of one service or of all."""

    service: Service | None = None
    query: AuditQuery = Field(default_factory=AuditQuery)


class AccountSought(Message):
    """Whose account is looked for."""

    login_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class AuditRow(Message):
    """An audit row with its actor's name, masked; None where a program acted."""

    service: Service
    line: AuditLine
    actor: str | None


class AuditPage(Message):
    """The newest rows of all services; `older_before` leads to the next page. `silent` are services without answer."""

    items: tuple[AuditRow, ...]
    older_before: datetime | None
    silent: tuple[Service, ...]


class ChainState(AtService[ChainCheck]):
    """The newest walk along a service's audit chain, with the masked name of whoever asked for it."""

    actor: str | None


class ProfileAtService(Message):
    """How a service keeps a version of the profile; None where it has it not."""

    service: Service
    is_there: bool
    stored: StoredProfile | None


class ProfileVersionView(Message):
    """A version of the province's profile in all services, and the declarations that were begun by it."""

    version: int
    services: tuple[ProfileAtService, ...]
    uses: tuple[ProfileUse, ...]


class ChangesAtService(AtService[tuple[ProfileChange, ...]]):
    """In what a version differs from the one before it, in a service's part."""


@router.get("/dead-messages")
async def list_dead_messages(services: Services, _session: SignedIn) -> tuple[AtService[DeadMessages], ...]:
    """What each service gave up."""
    return tuple(AtService(**one) for one in await _each(services, Operated.dead_messages))


@router.post("/{service}/dead-messages/resend")
async def resend_dead_messages(
    services: Services,
    _session: SignedIn,
    service: Service,
    command: Annotated[ResendDeadMessages, Depends(command_from(ResendDeadMessages))],
) -> tuple[ResentMessage, ...]:
    """Send events to a service once more; answers what came of each."""
    return await _client(services, service).call(Operated.resend_dead_messages, command=command)


@router.get("/late-jobs")
async def list_late_jobs(services: Services, _session: SignedIn) -> tuple[AtService[LateJobs], ...]:
    """What each service owes."""
    return tuple(AtService(**one) for one in await _each(services, Operated.late_jobs))


@router.post("/{service}/late-jobs/{job_id}/retry", status_code=204)
async def retry_late_job(
    services: Services,
    _session: SignedIn,
    service: Service,
    command: Annotated[LateJobAct, Depends(command_from(LateJobAct, path=("job_id",)))],
) -> None:
    """Have a late or failed job tried anew."""
    await _client(services, service).call(Operated.retry_late_job, command=command)


@router.post("/{service}/late-jobs/{job_id}/give-up", status_code=204)
async def give_up_late_job(
    services: Services,
    _session: SignedIn,
    service: Service,
    command: Annotated[LateJobAct, Depends(command_from(LateJobAct, path=("job_id",)))],
) -> None:
    """End a late or failed job for good."""
    await _client(services, service).call(Operated.give_up_late_job, command=command)


@router.post("/audit/search")
async def search_audit(services: Services, _session: SignedIn, request: Annotated[AuditRequest, Body()]) -> AuditPage:
    """Who did what, the newest first."""
    answers = await _each(
        services, Operated.audit_lines, only=request.service, query=request.query, limit=AUDIT_PAGE + 1
    )
    found = sorted(
        ((one["service"], line) for one in answers for line in one["found"] or ()),
        key=lambda pair: pair[1].at,
        reverse=True,
    )
    page = found[:AUDIT_PAGE]
    names = await _names(services, (line.account_id for _, line in page))
    return AuditPage(
        items=tuple(AuditRow(service=service, line=line, actor=names.get(line.account_id)) for service, line in page),
        older_before=page[-1][1].at if len(found) > AUDIT_PAGE else None,
        silent=tuple(one["service"] for one in answers if not one["is_there"]),
    )


@router.post("/accounts/find")
async def find_account(
    services: Services, _session: SignedIn, request: Annotated[AccountSought, Body()]
) -> AccountName:
    """The staff account with a login name, by which the audit is then searched."""
    return await services.identity.call(IdentityApi.account_called, login_name=request.login_name)


@router.post("/{service}/audit/export", response_class=Response, responses=AS_WORKBOOK)
async def export_audit(
    services: Services,
    _session: SignedIn,
    service: Service,
    command: Annotated[ExportAudit, Depends(command_from(ExportAudit))],
) -> Response:
    """The newest of a service's audit rows as a workbook; the reason is recorded."""
    lines = await _client(services, service).call(Operated.export_audit, command=command)
    names = await _names(services, (line.account_id for line in lines))
    rows = [
        (
            line.at.isoformat(timespec="seconds"),
            line.action,
            f"{line.object_type} {line.object_id or ''}".strip(),
            names.get(line.account_id, line.caller or ""),
            str(line.account_id or ""),
            "; ".join(f"{name}: {text}" for name, text in line.facts.items()),
            line.trace_id,
        )
        for line in lines
    ]
    columns = ("at", "action", "object", "actor", "account_id", "facts", "trace_id")
    return await workbook_answer(service, columns, rows, name=f"audit-{service}.xlsx")


@router.get("/audit/chains")
async def list_audit_chains(services: Services, _session: SignedIn) -> tuple[ChainState, ...]:
    """The newest walk along each service's audit chain."""
    answers = await _each(services, Operated.audit_check)
    names = await _names(services, (one["found"].account_id for one in answers if one["found"]))
    return tuple(
        ChainState(**one, actor=names.get(one["found"].account_id) if one["found"] else None) for one in answers
    )


@router.post("/{service}/audit/check")
async def check_audit_chain(
    services: Services,
    _session: SignedIn,
    service: Service,
    command: Annotated[CheckAuditChain, Depends(command_from(CheckAuditChain))],
) -> ChainCheck:
    """Begin a walk along a service's audit chain."""
    return await _client(services, service).call(Operated.check_audit_chain, command=command)


@router.get("/profiles")
async def list_profile_versions(services: Services, _session: SignedIn) -> tuple[ProfileVersionView, ...]:
    """The versions of the province's profile, newest first."""
    answers, uses = await asyncio.gather(
        _each(services, Operated.stored_profiles),
        _if_there(services.declaration.call(DeclarationApi.profile_uses)),
    )
    versions = {stored.version for one in answers for stored in one["found"] or ()}
    return tuple(
        ProfileVersionView(
            version=version,
            services=tuple(
                ProfileAtService(
                    service=one["service"],
                    is_there=one["is_there"],
                    stored=next((stored for stored in one["found"] or () if stored.version == version), None),
                )
                for one in answers
            ),
            uses=tuple(use for use in uses or () if use.version == version),
        )
        for version in sorted(versions, reverse=True)
    )


@router.get("/profiles/{version}/changes")
async def list_profile_changes(services: Services, _session: SignedIn, version: int) -> tuple[ChangesAtService, ...]:
    """In what a version differs from the one before it."""
    return tuple(ChangesAtService(**one) for one in await _each(services, Operated.profile_changes, version=version))


def _client(services: Clients, service: str) -> AsyncClient[Operated]:
    found: AsyncClient[Operated] = getattr(services, service)
    return found


async def _each(
    services: Clients, method: Callable[..., Any], *, only: str | None = None, **arguments: Any
) -> list[dict[str, Any]]:
    """What every service answers, or `only` one; a service that is away is named as such, a refusal is everybody's."""
    asked = [service for service in SERVICES if only in (None, service)]

    async def ask(service: str) -> dict[str, Any]:
        try:
            found = await _client(services, service).call(method, **arguments)
        except WorldFault:
            return {"service": service, "is_there": False, "found": None}
        return {"service": service, "is_there": True, "found": found}

    return await asyncio.gather(*map(ask, asked))


async def _names(services: Clients, account_ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """The masked names of accounts; none while identity is away, for the rest is worth reading without."""
    wanted = tuple({account_id for account_id in account_ids if account_id is not None})
    found = await _if_there(services.identity.call(IdentityApi.masked_names, account_ids=wanted)) if wanted else None
    return {name.account_id: name.display_name for name in found or ()}


async def _if_there(answer: Awaitable[Found]) -> Found | None:
    try:
        return await answer
    except WorldFault:
        return None
