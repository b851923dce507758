"""Live updates: who or what is to be looked at again, never what there is to see.

A service announces them on the fanout exchange `live` after its transaction has committed; each gateway process hands
them to the browsers that may know. They are hints: one may be lost with the process that was about to send it, and
whoever was away for a while looks at everything again.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from contracts.base import Message, Role


class Topic(StrEnum):
    """What is to be looked at again.

    Of an account: its session and roles, its declarations, files, jobs, notices. Of an organisation and a role: the
    work that waits for them. A meeting. Everything, after updates were missed.
    """

    SESSION = "session"
    DECLARATIONS = "declarations"
    FILES = "files"
    JOBS = "jobs"
    NOTICES = "notices"
    WORK = "work"
    MEETING = "meeting"
    EVERYTHING = "everything"


class LookAgain(Message):
    """One hint. `id` names the account, the organisation (with `role`) or the meeting; there is none for everything."""

    topic: Topic
    id: UUID | None = None
    role: Role | None = None


class Announcement(Message):
    """A hint on its way to the gateways; `profile` is "*" where it is for all of them."""

    profile: str
    look: LookAgain
