"""Votes at the gateway: three forms of a body, refusals that repeat nothing, envelopes that tell nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from contracts.committee.ballots import BallotKey
from contracts.committee.envelope import Choice, VoteContent, pack, unpack
from contracts.errors import InvalidInput
from gateway.ballots import intake_key, read_votes, seal_code, seal_votes, unseal_code

A, B = UUID(int=1), UUID(int=2)
SECRET = PrivateKey(bytes(range(32)))
INTAKE = intake_key(bytes(32))
KEY = BallotKey(
    ballot_id=UUID(int=8), public_key=bytes(SECRET.public_key), voter_id=UUID(int=9), open_material_ids=(A, B)
)


@pytest.mark.req("HB-151")
def test_a_judge_votes_singly_on_ticked_ones_or_approves_all() -> None:
    """The three forms of the body mean the same votes."""
    single = {"votes": [{"material_id": str(A), "choice": "approve"}, {"material_id": str(B), "choice": "reject"}]}
    assert read_votes(json.dumps(single).encode(), INTAKE).choices == {A: Choice.APPROVE, B: Choice.REJECT}
    ticked = {"choice": "reject", "material_ids": [str(A), str(B)]}
    assert read_votes(json.dumps(ticked).encode(), INTAKE).choices == dict.fromkeys((A, B), Choice.REJECT)
    everything = read_votes(b'{"choice": "approve", "all": true}', INTAKE)
    opened = [unpack(SealedBox(SECRET).decrypt(vote.envelope)) for vote in seal_votes(KEY, everything)]
    assert opened == [VoteContent(KEY.ballot_id, each, KEY.voter_id, Choice.APPROVE) for each in (A, B)]


@pytest.mark.req("HB-152")
def test_nobody_rejects_all() -> None:
    """Rejecting without naming materials is refused."""
    with pytest.raises(InvalidInput):
        read_votes(b'{"choice": "reject", "all": true}', INTAKE)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "committee.vote_format_invalid"),
        (b"[" * 100_000, "", "committee.vote_format_invalid"),
        (b"[]", "", "committee.vote_format_invalid"),
        (b'{"votes": []}', "/votes", "committee.vote_format_invalid"),
        (b'{"votes": [7]}', "/votes/0", "committee.vote_format_invalid"),
        (b'{"votes": [{"material_id": "x", "choice": "approve"}]}', "/votes/0/material_id", "common.uuid_parsing"),
        (b'{"votes": [{"material_id": 5, "choice": "approve"}]}', "/votes/0/material_id", "common.uuid_parsing"),
        (b'{"votes": [{"material_id": "x", "choice": "SECRET"}]}', "/votes/0/choice", "committee.vote_choice_invalid"),
        (b'{"choice": ["approve"], "material_ids": ["x"]}', "/choice", "committee.vote_choice_invalid"),
        (b'{"choice": "approve", "all": false}', "", "committee.vote_format_invalid"),
        (b'{"choice": "approve", "all": true, "votes": []}', "", "committee.vote_format_invalid"),
        (b"\xff\xfe", "", "committee.vote_format_invalid"),
    ],
)
def test_a_refused_vote_is_named_by_place_and_never_repeated(body: bytes, pointer: str, code: str) -> None:
    """The refusal holds a pointer and a code, and nothing of the input."""
    with pytest.raises(InvalidInput) as refused:
        read_votes(body, INTAKE)
    (fault,) = refused.value.faults
    assert (fault.pointer, fault.code, fault.params) == (pointer, code, {})
    assert "SECRET" not in f"{refused.value!r}{refused.value.faults!r}"


def test_a_material_named_twice_is_refused() -> None:
    """Two votes on one material in a request contradict each other."""
    body = json.dumps({"choice": "approve", "material_ids": [str(A), str(A)]}).encode()
    with pytest.raises(InvalidInput) as refused:
        read_votes(body, INTAKE)
    assert refused.value.faults[0].code == "committee.vote_repeated"


@given(
    body=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["votes", "choice", "all", "material_ids", "sealed"]), inner)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_body_is_read_or_refused(body: bytes) -> None:
    """Whatever comes, the answer is votes or a refusal of the trade."""
    with suppress(InvalidInput):
        read_votes(body, INTAKE)


def sealed(*votes: VoteContent, key: PrivateKey = INTAKE) -> bytes:
    """A body as the portal sends it."""
    box = SealedBox(key.public_key)
    return json.dumps({"sealed": [b64encode(box.encrypt(pack(vote))).decode() for vote in votes]}).encode()


@pytest.mark.req("HB-153")
def test_a_sealed_body_holds_the_same_votes_and_nothing_readable() -> None:
    """Votes sealed for the intake key are the votes; the body names neither choice nor material, at equal length."""
    votes = [VoteContent(KEY.ballot_id, each, KEY.voter_id, Choice.REJECT) for each in (A, B)]
    marked = read_votes(sealed(*votes), INTAKE)
    assert marked.choices == {A: Choice.REJECT, B: Choice.REJECT}
    assert [unpack(SealedBox(SECRET).decrypt(vote.envelope)) for vote in seal_votes(KEY, marked)] == votes
    others = [vote._replace(choice=Choice.APPROVE) for vote in votes]
    assert len(sealed(*votes)) == len(sealed(*others))


@pytest.mark.req("HB-153")
def test_a_sealed_vote_taken_from_another_line_is_refused() -> None:
    """A vote that was sealed for another voter or another ballot, or for no key of ours, is not cast."""
    vote = VoteContent(KEY.ballot_id, A, KEY.voter_id, Choice.REJECT)
    for foreign in (vote._replace(voter_id=UUID(int=10)), vote._replace(ballot_id=UUID(int=7))):
        with pytest.raises(InvalidInput) as refused:
            seal_votes(KEY, read_votes(sealed(foreign), INTAKE))
        assert refused.value.faults[0].code == "committee.vote_seal_unreadable"
    with pytest.raises(InvalidInput) as refused:
        read_votes(sealed(vote, key=SECRET), INTAKE)
    assert (refused.value.faults[0].pointer, refused.value.faults[0].params) == ("/sealed/0", {})


def test_what_a_judge_marked_does_not_show_in_any_representation() -> None:
    """Neither printing the marks nor the sealed votes shows a choice."""
    marked = read_votes(json.dumps({"choice": "approve", "material_ids": [str(A)]}).encode(), INTAKE)
    assert "approve" not in repr(marked).lower()
    (vote,) = seal_votes(KEY, marked)
    assert "approve" not in repr(vote).lower()
    assert vote.envelope != seal_votes(KEY, marked)[0].envelope


def test_an_opening_code_travels_sealed() -> None:
    """What goes over the bus opens with the receiver's key alone."""
    sealed = seal_code(bytes(SECRET.public_key), " ABCDE-FGHJK ")
    assert b"ABCDE" not in sealed
    assert unseal_code(SECRET, sealed) == "ABCDE-FGHJK"
