"""Event streams to browsers: which hint goes to whom, and when a stream ends with its session."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from types import FrameType
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge
from pydantic import ValidationError

from chassis import clock, context
from chassis.asyncbus import AsyncBus
from chassis.loops import repeat
from contracts.base import RoleGrant
from contracts.committee import CommitteeApi
from contracts.errors import WorldFault
from contracts.identity import IdentityApi, OpenSession, ResolvedSession
from contracts.live import Announcement, LookAgain, Topic
from gateway.clients import Clients
from gateway.problems import TooManyStreams
from gateway.session import Sessions
from gateway.settings import Settings

log = structlog.get_logger(__name__)

# What comes within this time after a hint is told together.
GATHER_SECONDS = 0.3
# Hints about meetings leave at these beats, so that nobody reads from one when another person did something.
MEETING_SECONDS = 2.0
# How often a session is looked at although nothing was heard of it.
WATCH_SECONDS = 15.0
LOOK_SECONDS = 1.0
ASKED_AT_ONCE = 500

OPEN = Gauge("zhiping_streams_open", "Event streams to browsers")
REFUSED = Counter("zhiping_streams_refused_total", "Event streams refused for want of room")
HINTS = Counter("zhiping_stream_hints_total", "Hints sent to browsers", ("topic",))

EVERYTHING = LookAgain(topic=Topic.EVERYTHING)
Key = tuple[str, object]


class Stream:
    """One browser that listens, in the name of a session."""

    def __init__(self, profile: str, session_id: UUID, account_id: UUID, roles: Collection[RoleGrant]) -> None:
        self.profile = profile
        self.session_id = session_id
        self.account_id = account_id
        self.keys = _keys(profile, account_id, roles)
        # When to ask identity about the session again; at once where something was heard of it.
        self.watch_at = 0.0
        self.is_due = False
        self._waiting: dict[LookAgain, None] = {}
        self._is_closed = False
        self._news = asyncio.Event()
        self._end = asyncio.Event()

    def say(self, look: LookAgain) -> None:
        """Pass a hint on; the same twice before it is read is one, and everything is all of them."""
        if look == EVERYTHING:
            self._waiting.clear()
        if EVERYTHING not in self._waiting:
            self._waiting[look] = None
        self._news.set()

    def end(self, last: LookAgain | None = None) -> None:
        """End the stream, with a last hint."""
        if last is not None:
            self._waiting = {last: None}
        self._is_closed = True
        self._news.set()
        self._end.set()

    async def hints(self) -> AsyncIterator[LookAgain]:
        """What is to be looked at again, until the stream ends."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                look = next(iter(self._waiting))
                del self._waiting[look]
                HINTS.labels(look.topic).inc()
                yield look
            if self._is_closed:
                return
            try:
                await asyncio.wait_for(self._end.wait(), GATHER_SECONDS)
            except TimeoutError:
                continue


class Streams:
    """All streams of this process, found by whom they are for."""

    def __init__(self, bus: AsyncBus, clients: Clients, sessions: Sessions, settings: Settings) -> None:
        self._bus = bus
        self._clients = clients
        self._sessions = sessions
        self._most = settings.streams
        self._most_per_account = settings.streams_per_account
        self._all: set[Stream] = set()
        self._by_key: defaultdict[Key, set[Stream]] = defaultdict(set)
        self._meetings: dict[tuple[str, UUID], None] = {}
        self._due = asyncio.Event()
        self._is_closing = False

    # streams

    def open(self, profile: str, resolved: ResolvedSession) -> Stream:
        """A stream for a session. Refuses: TooManyStreams."""
        account = resolved.account
        if (
            self._is_closing
            or len(self._all) >= self._most
            or len(self._by_key.get((profile, account.account_id), ())) >= self._most_per_account
        ):
            REFUSED.inc()
            raise TooManyStreams()
        roles = [
            RoleGrant(role=held.role, organization_id=held.organization_id, committee_id=held.committee_id)
            for held in account.roles
        ]
        stream = Stream(profile, resolved.session_id, account.account_id, roles)
        # The session may have ended since it was resolved: it is looked at once more, now that it is watched.
        stream.is_due = True
        self._all.add(stream)
        self._index(stream)
        OPEN.set(len(self._all))
        self._due.set()
        return stream

    def forget(self, stream: Stream) -> None:
        """The browser has gone, or the stream has ended."""
        self._all.discard(stream)
        self._unindex(stream)
        OPEN.set(len(self._all))

    def close(self) -> None:
        """End all streams, since this process ends; their browsers come again elsewhere."""
        self._is_closing = True
        for stream in tuple(self._all):
            stream.end()

    def _index(self, stream: Stream) -> None:
        for key in stream.keys:
            self._by_key[key].add(stream)

    def _unindex(self, stream: Stream) -> None:
        for key in stream.keys:
            found = self._by_key.get(key)
            if found is not None:
                found.discard(stream)
                if not found:
                    del self._by_key[key]

    def _for(self, keys: Iterable[Key]) -> set[Stream]:
        return {stream for key in keys for stream in self._by_key.get(key, ())}

    # hints

    def heard(self, body: bytes | None) -> None:
        """Take one live update off the bus; None tells that some were missed."""
        if body is None:
            self._sessions.forget_all()
            if self._bus.is_ready:  # else there is nobody to be asked yet
                self._tell_everything(self._all)
            return
        try:
            announcement = Announcement.model_validate_json(body)
        except ValidationError:
            log.warning("live_update_not_understood")
            return
        profile, look = announcement.profile, announcement.look
        if look.topic is Topic.EVERYTHING:
            self._sessions.forget_all()
            self._tell_everything(stream for stream in self._all if profile in ("*", stream.profile))
        elif look.id is None:
            log.warning("live_update_not_understood")
        elif look.topic is Topic.MEETING:
            self._meetings[profile, look.id] = None
        elif look.topic is Topic.WORK:
            self._tell(self._for([(profile, (look.role, look.id))]), look)
        elif look.topic is Topic.SESSION:
            self._sessions.forget_account(look.id)
            self._watch(self._for([(profile, look.id)]))
        else:
            self._tell(self._for([(profile, look.id)]), look)

    def _tell_everything(self, streams: Iterable[Stream]) -> None:
        found = tuple(streams)
        self._tell(found, EVERYTHING)
        self._watch(found)

    @staticmethod
    def _tell(streams: Iterable[Stream], look: LookAgain) -> None:
        for stream in streams:
            stream.say(look)

    def _watch(self, streams: Iterable[Stream]) -> None:
        for stream in streams:
            stream.is_due = True
        self._due.set()

    # by itself

    async def run(self) -> None:
        """Watch the sessions of the streams, and tell of meetings at their beats."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(repeat(self._watch_sessions, LOOK_SECONDS, sooner=self._due))
            tasks.create_task(repeat(self._tell_of_meetings, MEETING_SECONDS))

    async def _watch_sessions(self) -> None:
        now = time.monotonic()
        heard: defaultdict[str, list[Stream]] = defaultdict(list)
        usual: defaultdict[str, list[Stream]] = defaultdict(list)
        for stream in self._all:
            if stream.is_due:
                heard[stream.profile].append(stream)
            elif stream.watch_at <= now:
                usual[stream.profile].append(stream)
        for found, with_roles in ((heard, True), (usual, False)):
            for profile, streams in found.items():
                for first in range(0, len(streams), ASKED_AT_ONCE):
                    await self._ask(profile, streams[first : first + ASKED_AT_ONCE], with_roles=with_roles)

    async def _ask(self, profile: str, streams: list[Stream], *, with_roles: bool) -> None:
        for stream in streams:
            stream.is_due = False
        ids = tuple({stream.session_id for stream in streams})
        try:
            with context.use(context.CallContext(profile=profile)):
                answer = await self._clients.identity.call(
                    IdentityApi.watch_sessions, session_ids=ids, roles=with_roles
                )
        except WorldFault:
            for stream in streams:
                stream.is_due = stream.is_due or with_roles
            raise
        known = {found.session_id: found for found in answer}
        for stream in streams:
            session = known.get(stream.session_id)
            if session is None:
                stream.end(LookAgain(topic=Topic.SESSION, id=stream.account_id))
            else:
                self._go_on(stream, session)

    def _go_on(self, stream: Stream, session: OpenSession) -> None:
        left = (session.ends_at - clock.now()).total_seconds()
        stream.watch_at = time.monotonic() + min(WATCH_SECONDS, max(0.0, left))
        if session.roles is None or stream not in self._all:
            return
        keys = _keys(stream.profile, stream.account_id, session.roles)
        if keys != stream.keys:
            self._unindex(stream)
            stream.keys = keys
            self._index(stream)
            stream.say(LookAgain(topic=Topic.SESSION, id=stream.account_id))

    async def _tell_of_meetings(self) -> None:
        """Each meeting of which something was heard, to those whom committee names."""
        listened = {stream.profile for stream in self._all}
        while self._meetings:
            profile, meeting_id = key = next(iter(self._meetings))
            del self._meetings[key]
            if profile not in listened:
                continue
            try:
                with context.use(context.CallContext(profile=profile)):
                    audience = await self._clients.committee.call(CommitteeApi.meeting_audience, meeting_id=meeting_id)
            except WorldFault:
                self._meetings[key] = None
                raise
            posts = [(profile, (grant.role, grant.organization_id)) for grant in audience.posts]
            accounts = [(profile, account_id) for account_id in audience.account_ids]
            self._tell(self._for([*posts, *accounts]), LookAgain(topic=Topic.MEETING, id=meeting_id))


def _keys(profile: str, account_id: UUID, roles: Iterable[RoleGrant]) -> frozenset[Key]:
    """By which hints a stream is found: its account, and each role with its organisation."""
    return frozenset({(profile, account_id), *((profile, (held.role, held.organization_id)) for held in roles)})


def on_exit(act: Callable[[], None]) -> None:
    """Do this first when the process is told to end, while the server still waits for its requests to finish."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def told(number: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(act)
            if callable(before):
                before(number, frame)

        signal.signal(number, told)
