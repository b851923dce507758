"""Refusals from the confirmed scoring standard to the closed meeting."""

from __future__ import annotations

from contracts.errors import DomainError, Kind


class LeaderNotInGroup(DomainError):
    """A leader must be a seated judge of the group (HB-138)."""

    code = "committee.leader_not_in_group"


class ReviewersEqual(DomainError):
    """Lead and second reviewer are the same judge (HB-140)."""

    code = "committee.reviewers_equal"
    kind = Kind.INVALID


class ReviewerNotInGroup(DomainError):
    """A reviewer must be a seated judge of the material's group (HB-140)."""

    code = "committee.reviewer_not_in_group"


class NoReviewerLeft(DomainError):
    """Fewer than two judges of the group are without a conflict of interest in the material."""

    code = "committee.no_reviewer_left"


class ConflictOfInterest(DomainError):
    """The judge has a conflict of interest in the material (PL-39, design §6)."""

    code = "committee.conflict_of_interest"
    kind = Kind.FORBIDDEN


class MaterialsNotConfirmed(DomainError):
    """Not all materials of the meeting were confirmed by the chair (HB-150)."""

    code = "committee.materials_not_confirmed"


class RollEmpty(DomainError):
    """Nobody was selected for the vote (HB-148)."""

    code = "committee.roll_empty"


class QuorumNotMet(DomainError):
    """Too few judges are on the roll (HB-150, HB-154)."""

    code = "committee.quorum_not_met"


class NotOnRoll(DomainError):
    """The judge is not on the frozen roll of the ballot (HB-148)."""

    code = "committee.not_on_roll"
    kind = Kind.FORBIDDEN


class BallotNotOpen(DomainError):
    """There is no vote going on in this ballot."""

    code = "committee.ballot_not_open"


class BallotNotClosed(DomainError):
    """The vote is not closed, so nothing is counted."""

    code = "committee.ballot_not_closed"


class AlreadyVoted(DomainError):
    """The judge has voted on a material, and a vote does not change (HB-153)."""

    code = "committee.already_voted"


class VoterRecused(DomainError):
    """The judge does not vote on this material (HB-153), or it is not in the ballot."""

    code = "committee.voter_recused"
    kind = Kind.FORBIDDEN


class VotesMissing(DomainError):
    """Judges on the roll have not voted; the chair must say that the vote ends early (HB-156)."""

    code = "committee.votes_missing"


class TooFewVotes(DomainError):
    """The vote cannot end early: of a material so few judges voted that the sums would be no meeting's result, and
    would say how each of them voted."""

    code = "committee.too_few_votes"


class OpeningCodeWrong(DomainError):
    """The opening code does not belong to this ballot."""

    code = "committee.opening_code_wrong"
    kind = Kind.INVALID


class BallotSpoiled(DomainError):
    """Envelopes could not be read or lay in the wrong place: the vote must be repeated."""

    code = "committee.ballot_spoiled"


class NoticeTooShort(DomainError):
    """The period is shorter than the province asks for (HB-159)."""

    code = "committee.notice_too_short"
    kind = Kind.INVALID


class NoticeRunning(DomainError):
    """The period of the notice is not over (HB-159)."""

    code = "committee.notice_running"


class ObjectionTooLate(DomainError):
    """The notice is over; objections were taken while it ran."""

    code = "committee.objection_too_late"


class ObjectionsOpen(DomainError):
    """Objections are not decided yet, so the result cannot be reported (HB-160)."""

    code = "committee.objections_open"
