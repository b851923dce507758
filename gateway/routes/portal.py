"""The provinces of this installation and the frame of each one's portal, for everybody."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from contracts.errors import NotFound
from contracts.notify import NotifyApi
from contracts.portal import PortalContent, ProfileCard, PublishedPortal
from gateway.clients import Services
from gateway.portal import Portals
from gateway.session import Visitor

router = APIRouter(tags=["portal"])

# May be kept, and is asked for again with its ETag.
KEPT = "public, no-cache"
IfNoneMatch = Annotated[str | None, Header(description="The ETag of what is known already")]


class PortalPage(PortalContent):
    """Everything that the frame of a province's portal shows before anybody signs in.

    version: of the profile. has_mark: whether there is a `portal/mark.svg`. is_demonstration: invented people only, so
    the page says so.
    """

    profile: str
    version: int
    has_mark: bool
    is_demonstration: bool


@router.get("/profiles")
async def list_profiles(services: Services) -> tuple[ProfileCard, ...]:
    """The provinces of this installation."""
    return await services.notify.call(NotifyApi.published_profiles)


@router.get("/{profile}/portal", response_model=PortalPage, responses={304: {"description": "Known already"}})
async def show_portal(request: Request, profile: Visitor, if_none_match: IfNoneMatch = None) -> Response:
    """Names, words, sections and ways to sign in of the province's portal; its clock is the answer's `Date`."""
    published = await _published(request, profile)
    page = PortalPage(
        **dict(published.content),
        profile=profile,
        version=published.version,
        has_mark=published.mark is not None,
        is_demonstration=request.app.state.settings.demonstration,
    )
    return _kept(page.model_dump_json().encode(), "application/json", if_none_match)


@router.get(
    "/{profile}/portal/mark.svg",
    response_class=Response,
    responses={
        200: {"description": "The sign", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        304: {"description": "Known already"},
    },
)
async def show_mark(request: Request, profile: Visitor, if_none_match: IfNoneMatch = None) -> Response:
    """The province's sign. Refuses: NotFound."""
    mark = (await _published(request, profile)).mark
    if mark is None:
        raise NotFound()
    answer = _kept(mark.encode(), "image/svg+xml", if_none_match)
    # An image may hold styles, and opened by itself it is a document, which may do nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer


async def _published(request: Request, profile: str) -> PublishedPortal:
    portals: Portals = request.app.state.portals
    return await portals.get(profile)


def _kept(content: bytes, media_type: str, if_none_match: str | None) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": KEPT}
    known = {part.strip().removeprefix("W/") for part in (if_none_match or "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
