"""The event stream to the browser: "look again at this", never data."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.live import EVERYTHING, Stream, Streams
from gateway.session import SignedIn, Visitor

router = APIRouter(prefix="/{profile}", tags=["live"])

# Not all at once, when a gateway was started anew.
RETRY_MILLISECONDS = (2000, 5000)


async def opened(
    request: Request,
    profile: Visitor,
    session: SignedIn,
    last_event_id: Annotated[str | None, Header(description="Sent by a browser that lost the stream")] = None,
) -> AsyncIterator[Stream]:
    """A stream for the session of the request, as long as the browser listens. Refuses: TooManyStreams."""
    streams: Streams = request.app.state.streams
    stream = streams.open(profile, session)
    if last_event_id is not None:
        stream.say(EVERYTHING)
    try:
        yield stream
    finally:
        streams.forget(stream)


@router.get(
    "/live",
    response_class=EventSourceResponse,
    responses={200: {"description": "The stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream_live_updates(stream: Annotated[Stream, Depends(opened)]) -> AsyncIterator[ServerSentEvent]:
    """What to look at again, as long as the session lasts: `{"topic", "id"}`, with `role` where an organisation's work.

    A browser that comes back after a break is told to look at everything. The stream ends with its session.
    """
    low, high = RETRY_MILLISECONDS
    yield ServerSentEvent(id="1", retry=low + secrets.randbelow(high - low))
    async for look in stream.hints():
        yield ServerSentEvent(data=look.model_dump(mode="json", exclude_none=True))
