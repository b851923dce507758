"""What the parts of the service's bus side share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Concatenate, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import tokens
from chassis.profiles import ProfileService
from chassis.service import client
from contracts.documents import DocumentsApi
from contracts.identity import AccountAct, HandedOver, IdentityApi
from services.committee.published import PROFILES
from services.committee.settings import Settings

Answer = TypeVar("Answer")


class Entrypoints(ProfileService[Settings]):
    """The services that are asked, the own signature, and one transaction for a question."""

    identity = client(IdentityApi)
    documents = client(DocumentsApi)
    profiles = PROFILES

    @cached_property
    def signer(self) -> tokens.Signer:
        """Signs read grants in the committee service's name."""
        return tokens.signer(self.name, self.settings)

    def ask(self, question: Callable[Concatenate[Session, ...], Answer], **arguments: Any) -> Answer:
        """The answer to a question, or to an act that is harmless when repeated, in one transaction."""
        with self.database.begin() as session:
            return question(session, **arguments)

    def names_of(self, account_ids: Iterable[UUID]) -> dict[UUID, str]:
        """The names of accounts; asked after the transaction, and of nobody where there is none."""
        wanted = tuple(sorted(set(account_ids)))
        found = self.identity.account_names(account_ids=wanted) if wanted else ()
        return {account.account_id: account.display_name for account in found}

    def reissue(self, command_id: UUID, account_id: UUID) -> HandedOver:
        """A new activation code for an account, shown once."""
        return self.identity.reissue_activation(command=AccountAct(command_id=command_id, account_id=account_id))
