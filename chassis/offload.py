"""Work that only computes: on eventlet it runs in a native thread, or all other green threads would stand still."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eventlet import patcher, tpool
from eventlet.semaphore import Semaphore

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

# More native threads at once would only take the interpreter from the hub.
_ROOM = Semaphore(2)


def offload(function: Callable[Arguments, Answer], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
    """Run a function that waits for nothing and holds no lock; without eventlet it simply runs."""
    if not patcher.is_monkey_patched("thread"):
        return function(*args, **kwargs)
    with _ROOM:
        answer: Answer = tpool.execute(function, *args, **kwargs)
    return answer
