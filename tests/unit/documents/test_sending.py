"""How the gateway sends files: ranges, names, and nothing that a browser could misread."""

from __future__ import annotations

import pytest

from gateway.sending import _disposition, _range


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (None, (0, 99)),
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=50-1000", (50, 99)),
        ("bytes=100-", (0, 99)),
        ("bytes=9-3", (0, 99)),
        ("bytes=0-1,5-6", (0, 99)),
        ("bytes=-", (0, 99)),
        ("items=0-1", (0, 99)),
    ],
)
def test_one_satisfiable_range_is_served_and_everything_else_is_the_whole(
    asked: str | None, sent: tuple[int, int]
) -> None:
    """First and last byte of a file of a hundred."""
    assert _range(asked, 100) == sent


@pytest.mark.parametrize(
    ("name", "plain"),
    [("照片.jpg", "file.jpg"), ("a b.pdf", "a_b.pdf"), ('x"\r\nSet-Cookie: y.pdf', "x_Set-Cookie_y.pdf")],
)
def test_a_name_cannot_break_out_of_its_header(name: str, plain: str) -> None:
    """Old browsers get a plain name, others the real one, percent-encoded."""
    header = _disposition(name, inline=False)
    assert header.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert "\r" not in header
    assert "\n" not in header
