"""The services as routes call them: `await services.declaration.call(DeclarationApi.submit, command=command)`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from chassis.asyncbus import AsyncBus
from contracts.committee import CommitteeApi
from contracts.declaration import DeclarationApi
from contracts.documents import DocumentsApi
from contracts.identity import IdentityApi
from contracts.notify import NotifyApi
from contracts.review import ReviewApi


class Clients:
    """One client for each service, over the one bus of the process."""

    def __init__(self, bus: AsyncBus) -> None:
        self.identity = bus.client(IdentityApi)
        self.declaration = bus.client(DeclarationApi)
        self.review = bus.client(ReviewApi)
        self.committee = bus.client(CommitteeApi)
        self.documents = bus.client(DocumentsApi)
        self.notify = bus.client(NotifyApi)


async def _clients(request: Request) -> Clients:
    # async, as every dependency here: FastAPI sends a plain function to a thread, for each request.
    found: Clients = request.app.state.clients
    return found


Services = Annotated[Clients, Depends(_clients)]
