"""The frames of the provinces' portals as this process remembers them, so that a page stands when notify does not."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request

from contracts.errors import WorldFault
from contracts.notify import NotifyApi
from contracts.portal import PublishedPortal
from gateway.clients import Clients
from gateway.session import Visitor

FRESH_SECONDS = 5.0


class Portals:
    """What notify answered last for each profile; asked anew after some seconds, shown on while notify is away."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._known: dict[str, tuple[float, PublishedPortal]] = {}

    async def get(self, profile: str) -> PublishedPortal:
        """The profile's portal; the call's context names the profile too. Refuses: ProfileNotPublished."""
        asked_at, known = self._known.get(profile, (0.0, None))
        if known is not None and time.monotonic() - asked_at < FRESH_SECONDS:
            return known
        try:
            found = await self._clients.notify.call(NotifyApi.portal)
        except WorldFault:
            if known is None:
                raise
            found = known
        # also what is old counts as asked for, else every request would wait for a service that is away
        self._known[profile] = (time.monotonic(), found)
        return found


async def published_profile(request: Request, profile: Visitor) -> str:
    """The profile of the address, if the installation has it: of another an empty list would say that it has nothing.

    Where the words of the portal cannot be had now, the service that is asked answers. Refuses: ProfileNotPublished.
    """
    portals: Portals = request.app.state.portals
    with suppress(WorldFault):
        await portals.get(profile)
    return profile


Province = Annotated[str, Depends(published_profile)]
