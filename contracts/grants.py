"""What the holder of a submission lets somebody read of it."""

from __future__ import annotations

from uuid import UUID

from contracts.base import Message


class ReadGrant(Message):
    """The right of one account to read a frozen submission for some minutes (design §4).

    blocks: block identifiers that may be read, None for all; files likewise by id.
    masked: fields (`block.field`) shown masked; blinded: fields left out, the applicant's name among them if named.
    """

    account_id: UUID
    profile: str
    submission_id: UUID
    blocks: tuple[str, ...] | None = None
    files: tuple[UUID, ...] | None = None
    masked: tuple[str, ...] = ()
    blinded: tuple[str, ...] = ()
