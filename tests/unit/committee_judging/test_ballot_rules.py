"""Envelopes, opening codes, quorum, majority and counting, without any database."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PublicKey, SealedBox
from nacl.utils import random as random_bytes

from contracts.committee.envelope import CONTENT_BYTES, ENVELOPE_BYTES, Choice, VoteContent, pack, unpack
from services.committee.rules import ballot, tally

CHOICES = st.sampled_from(Choice)


def seal(public_key: bytes, content: VoteContent) -> bytes:
    return SealedBox(PublicKey(public_key)).encrypt(pack(content))


@given(ids=st.tuples(st.uuids(), st.uuids(), st.uuids()), choice=CHOICES)
def test_a_vote_is_packed_in_the_same_number_of_bytes_and_read_back(
    ids: tuple[UUID, UUID, UUID], choice: Choice
) -> None:
    """A vote for and a vote against have one length, and unpacking gives what was packed."""
    content = VoteContent(*ids, choice)
    assert len(pack(content)) == CONTENT_BYTES
    assert unpack(pack(content)) == content


@given(data=st.binary(max_size=80).filter(lambda data: len(data) != CONTENT_BYTES or data[48] > 1))
def test_what_is_no_vote_is_not_read_as_one(data: bytes) -> None:
    """Bytes of another length or with another choice are refused."""
    with pytest.raises(ValueError, match="not a vote"):
        unpack(data)


@given(half=st.binary(min_size=32, max_size=32), code=st.binary(min_size=16, max_size=16))
def test_both_halves_make_the_key_however_the_code_is_typed(half: bytes, code: bytes) -> None:
    """Lower case, blanks, missing hyphens and O for 0 lead to the same key."""
    keys = ballot.ballot_keys(half, code)
    typed = keys.opening_code.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert bytes(ballot.secret_key(half, typed).public_key) == keys.public_key


@given(
    half=st.binary(min_size=32, max_size=32),
    codes=st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=2),
)
def test_another_code_or_another_half_makes_another_key(half: bytes, codes: list[bytes]) -> None:
    """Neither half alone leads to the key: with any other partner it is a different one."""
    first, second = (ballot.ballot_keys(half, code) for code in codes)
    same_code = first.opening_code == second.opening_code
    assert (first.public_key == second.public_key) is same_code
    other_half = bytes([half[0] ^ 1]) + half[1:]
    assert ballot.ballot_keys(other_half, codes[0]).public_key != first.public_key


def test_an_envelope_has_one_length_and_opens_only_with_its_own_key() -> None:
    """Envelopes are 97 bytes whatever is chosen; another ballot's key and damaged bytes open nothing."""
    keys = ballot.ballot_keys(random_bytes(32), random_bytes(16))
    other = ballot.ballot_keys(random_bytes(32), random_bytes(16))
    content = VoteContent(UUID(int=1), UUID(int=2), UUID(int=3), Choice.REJECT)
    envelope = seal(keys.public_key, content)
    assert len(envelope) == len(seal(keys.public_key, content._replace(choice=Choice.APPROVE))) == ENVELOPE_BYTES
    assert ballot.open_envelope(ballot.secret_key(keys.stored_half, keys.opening_code), envelope) == content
    assert ballot.open_envelope(ballot.secret_key(other.stored_half, other.opening_code), envelope) is None
    damaged = envelope[:-1] + bytes([envelope[-1] ^ 1])
    assert ballot.open_envelope(ballot.secret_key(keys.stored_half, keys.opening_code), damaged) is None


@pytest.mark.req("HB-154")
@given(part=st.integers(0, 400), whole=st.integers(0, 400))
def test_two_thirds_are_reached_exactly_in_integers(part: int, whole: int) -> None:
    """`3 * part >= 2 * whole` decides, nothing is reached of nothing, and `least` is the smallest number that does."""
    share = tally.Share(2, 3)
    assert share.is_reached(part, whole) is (whole > 0 and 3 * part >= 2 * whole)
    if whole:
        assert share.is_reached(share.least(whole), whole)
        assert not share.is_reached(share.least(whole) - 1, whole)


@given(numerator=st.integers(1, 20), more=st.integers(0, 20), whole=st.integers(1, 500))
def test_the_least_number_is_never_more_than_the_whole(numerator: int, more: int, whole: int) -> None:
    """Any share up to the whole can be reached, by one judge at least."""
    share = tally.Share(numerator, numerator + more)
    assert 1 <= share.least(whole) <= whole
    assert share.is_reached(share.least(whole), whole)


@settings(max_examples=25, deadline=None)
@given(
    votes=st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 9)), CHOICES, max_size=40),
    seed=st.integers(0, 10**6),
)
def test_votes_sent_three_times_in_any_order_are_counted_once_and_right(
    votes: dict[tuple[int, int], Choice], seed: int
) -> None:
    """Each vote is sealed anew three times and arrives shuffled; the first at its place stays, and the sums agree."""
    keys = ballot.ballot_keys(random_bytes(32), random_bytes(16))
    ballot_id, materials = UUID(int=99), [UUID(int=number) for number in range(1, 7)]
    sent = [
        (UUID(int=m), UUID(int=v), seal(keys.public_key, VoteContent(ballot_id, UUID(int=m), UUID(int=v), choice)))
        for (m, v), choice in votes.items()
        for _ in range(3)
    ]
    random.Random(seed).shuffle(sent)
    kept: dict[tuple[UUID, UUID], bytes] = {}
    for material, voter, envelope in sent:
        kept.setdefault((material, voter), envelope)
    key = ballot.secret_key(keys.stored_half, keys.opening_code)
    opened = [tally.OpenedEnvelope(m, v, ballot.open_envelope(key, envelope)) for (m, v), envelope in kept.items()]
    counted = tally.count_votes(ballot_id, materials, opened)
    for material in materials:
        mine = [choice for (m, _), choice in votes.items() if UUID(int=m) == material]
        assert counted[material] == tally.Tally(mine.count(Choice.APPROVE), mine.count(Choice.REJECT), 0)


@pytest.mark.parametrize("moved", ["ballot_id", "material_id", "voter_id"])
def test_an_envelope_in_the_wrong_place_is_spoiled_and_not_counted(moved: str) -> None:
    """A vote copied to another ballot, material or voter counts for nobody."""
    content = VoteContent(UUID(int=1), UUID(int=2), UUID(int=3), Choice.APPROVE)
    lies = tally.OpenedEnvelope(UUID(int=2), UUID(int=3), content._replace(**{moved: UUID(int=7)}))
    unreadable = tally.OpenedEnvelope(UUID(int=2), UUID(int=4), None)
    counted = tally.count_votes(UUID(int=1), [UUID(int=2)], [lies, unreadable])
    assert counted == {UUID(int=2): tally.Tally(0, 0, 2)}
