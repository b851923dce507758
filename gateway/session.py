"""Who is asking: the session cookie of a profile, resolved into the actor token that travels with each call."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from fastapi.security import APIKeyCookie

from chassis import clock, context
from contracts.errors import SessionRequired
from contracts.identity import IdentityApi, ResolvedSession
from gateway.clients import Clients
from gateway.settings import Settings

REMEMBERED = 20_000

ProfileName = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{1,30}$", description="The province's profile")]


def cookie_name(profile: str, settings: Settings) -> str:
    """One cookie for each profile, so that somebody may be signed in to two provinces.

    On https browsers let nobody but this very host set it: not a neighbour below the same domain, who could put a
    session of his own there, and not a page without encryption. On plain http they refuse such a name.
    """
    return f"__Host-zhiping_{profile}" if settings.is_secure else f"zhiping_{profile}"


class Sessions:
    """Resolved sessions, believed for some seconds; none while the link to the broker was down."""

    def __init__(self, clients: Clients, seconds: float) -> None:
        self._clients = clients
        self._seconds = seconds
        self._known: OrderedDict[bytes, tuple[float, ResolvedSession]] = OrderedDict()
        self._forgettings = 0

    async def resolve(self, profile: str, token: str) -> ResolvedSession:
        """Who is signed in by the token. Refuses: SessionRequired."""
        key = _key(profile, token)
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        forgettings = self._forgettings
        found = await self._clients.identity.call(IdentityApi.resolve_session, token=token)
        if forgettings != self._forgettings:  # the answer may be older than what was to be forgotten
            return found
        self._known[key] = (time.monotonic() + self._seconds, found)
        self._known.move_to_end(key)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found

    def forget(self, profile: str, token: str) -> None:
        """Ask again at the next request: the session ended or its account changed."""
        self._forgettings += 1
        self._known.pop(_key(profile, token), None)

    def forget_account(self, account_id: UUID) -> None:
        """Ask again for an account: one of its sessions ended, or its roles changed."""
        self._forgettings += 1
        for key in [key for key, (_, found) in self._known.items() if found.account.account_id == account_id]:
            del self._known[key]

    def forget_all(self) -> None:
        """Ask again for everybody: something changed about many accounts, or updates were missed."""
        self._forgettings += 1
        self._known.clear()


def _key(profile: str, token: str) -> bytes:
    return hashlib.sha256(f"{profile}\0{token}".encode()).digest()


async def visitor(profile: ProfileName) -> str:
    """The profile of the address; everything that follows is about it."""
    context.adopt(profile=profile)
    return profile


# For the OpenAPI document alone: the cookie's real name has the profile in it.
_cookie = APIKeyCookie(
    name="zhiping_{profile}",
    scheme_name="session",
    description="Set by signing in; one cookie for each profile, with `__Host-` before its name on https",
    auto_error=False,
)


async def signed_in(
    request: Request, profile: Annotated[str, Depends(visitor)], _named: Annotated[str | None, Depends(_cookie)] = None
) -> ResolvedSession:
    """The signed-in account, whose actor token travels with every call of this request. Refuses: SessionRequired."""
    token = request.cookies.get(cookie_name(profile, request.app.state.settings))
    if not token:
        raise SessionRequired()
    sessions: Sessions = request.app.state.sessions
    resolved = await sessions.resolve(profile, token)
    context.adopt(actor_token=resolved.actor_token)
    return resolved


Visitor = Annotated[str, Depends(visitor)]
SignedIn = Annotated[ResolvedSession, Depends(signed_in)]


def give_cookie(response: Response, settings: Settings, *, profile: str, token: str, expires_at: datetime) -> None:
    """Put the session into the browser. `Secure` is left out on a plain-http address, where it would not come back."""
    response.set_cookie(
        cookie_name(profile, settings),
        token,
        max_age=max(0, int((expires_at - clock.now()).total_seconds())),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.is_secure,
    )


def take_cookie(request: Request, response: Response, settings: Settings, *, profile: str) -> None:
    """Take the session out of the browser and out of memory."""
    name = cookie_name(profile, settings)
    token = request.cookies.get(name)
    if token:
        request.app.state.sessions.forget(profile, token)
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=settings.is_secure)
