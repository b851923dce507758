"""What a run of the demonstration tells: lines for a person, or JSON lines with ids, states and timings."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Report:
    """Steps with their duration, printed as they end. Safe for several threads."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self.steps = 0

    @contextmanager
    def step(self, name: str, who: str, **facts: Any) -> Iterator[dict[str, Any]]:
        """One step by somebody; the block may add facts (ids, states). A failing step is told and raised."""
        started = time.monotonic()
        try:
            yield facts
        except Exception as error:
            self._tell(name, who, started, {**facts, "error": f"{type(error).__name__}: {error}"}, succeeded=False)
            raise
        self._tell(name, who, started, facts, succeeded=True)

    def _tell(self, name: str, who: str, started: float, facts: dict[str, Any], *, succeeded: bool) -> None:
        now = time.monotonic()
        with self._lock:
            self.steps += 1
            if self._as_json:
                line = {
                    "step": name,
                    "who": who,
                    "ok": succeeded,
                    "seconds": round(now - started, 3),
                    "at": round(now - self._started, 3),
                    **facts,
                }
                print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
            else:
                shown = "  ".join(f"{key}={value}" for key, value in facts.items())
                mark = "✓" if succeeded else "✗"
                print(f"{now - self._started:7.1f} s {mark} {who}：{name}  {shown}".rstrip(), flush=True)

    def end(self, **facts: Any) -> None:
        """The last line: how many steps, how long."""
        total = {"steps": self.steps, "seconds": round(time.monotonic() - self._started, 1), **facts}
        if self._as_json:
            print(json.dumps({"summary": total}, ensure_ascii=False, default=str))
        else:
            print("、".join(f"{key} {value}" for key, value in total.items()), file=sys.stdout)
