"""What the committee service refuses before the standard is submitted, each with its stable code."""

from __future__ import annotations

from contracts.errors import DomainError, Kind


class CommitteeCodeTaken(DomainError):
    """Another committee has this code (HB-T24.1)."""

    code = "committee.code_taken"


class NoCreationRight(DomainError):
    """The actor's organisation has no 评委会创建权 (HB-111)."""

    code = "committee.no_creation_right"
    kind = Kind.FORBIDDEN


class NoFormationRight(DomainError):
    """The unit that shall run the committee or the meeting has no 评委会组建权 (HB-111)."""

    code = "committee.no_formation_right"


class UnitNotSubordinate(DomainError):
    """The unit that shall run the committee is not the office itself and not below it."""

    code = "committee.unit_not_subordinate"


class CommitteeNotValid(DomainError):
    """The committee's term does not cover the meeting, or it is over."""

    code = "committee.not_valid"


class ExpertNotApproved(DomainError):
    """Only approved experts of the meeting's committees can be seated (HB-120)."""

    code = "committee.expert_not_approved"


class ProfileIncomplete(DomainError):
    """The expert's profile lacks something or holds something wrong; `faults` names each place (HB-118)."""

    code = "committee.profile_incomplete"
    kind = Kind.INVALID


class OwnProfile(DomainError):
    """Nobody reviews the own profile."""

    code = "committee.own_profile"
    kind = Kind.FORBIDDEN


class OpinionRequired(DomainError):
    """A refusal or return needs an opinion."""

    code = "committee.opinion_required"
    kind = Kind.INVALID


class ImportUnreadable(DomainError):
    """The file is no workbook of the template."""

    code = "committee.import_unreadable"
    kind = Kind.INVALID


class StepNotReady(DomainError):
    """The meeting is not so far: `missing` names the steps that come first (HB-130)."""

    code = "committee.step_not_ready"


class StepIsOver(DomainError):
    """The meeting is further: what later steps stand on is not changed any more."""

    code = "committee.step_is_over"


class GroupNameTaken(DomainError):
    """Another group of the meeting has this name."""

    code = "committee.group_name_taken"


class GroupInUse(DomainError):
    """A group with judges or materials cannot be deleted (HB-127)."""

    code = "committee.group_in_use"


class GroupTooSmall(DomainError):
    """More judges than the group's 人数 (HB-127)."""

    code = "committee.group_too_small"


class PlanIncomplete(DomainError):
    """The plan lacks its text, or a group has no judge."""

    code = "committee.plan_incomplete"


class SecondPersonRequired(DomainError):
    """This takes another person than the one who asked for it (Q22, design §6)."""

    code = "committee.second_person_required"
    kind = Kind.FORBIDDEN


class PlanNeedsReview(DomainError):
    """An approved plan changes only through a new review: begin a new edition first (HB-130)."""

    code = "committee.plan_needs_review"


class TooManyViceChairs(DomainError):
    """More vice-chairs than the profile allows (HB-131)."""

    code = "committee.too_many_vice_chairs"


class NotSeated(DomainError):
    """The expert is no judge of this meeting."""

    code = "committee.not_seated"


class BallotRunning(DomainError):
    """While a vote is open its chair stays, unless it is said that the vote is to be void (HB-149, HB-156)."""

    code = "committee.ballot_running"


class NothingToPlace(DomainError):
    """No admitted material waits for this meeting."""

    code = "committee.nothing_to_place"


class MaterialNotOffered(DomainError):
    """The material is not admitted by a committee of this meeting, or is past grouping (HB-133)."""

    code = "committee.material_not_offered"


class ConflictsUndecided(DomainError):
    """Near matches of organisations or names must be decided before materials are grouped (design §6)."""

    code = "committee.conflicts_undecided"


class StandardInvalid(DomainError):
    """The scoring standard does not add up or leaves materials without a sheet; `faults` names each place (HB-136)."""

    code = "committee.standard_invalid"
    kind = Kind.INVALID


class DrawImpossible(DomainError):
    """Fewer experts can be drawn for a group than are wanted."""

    code = "committee.draw_impossible"


class MeetingTimeInvalid(DomainError):
    """The meeting ends before it begins (HB-T26.3)."""

    code = "committee.meeting_time_invalid"
    kind = Kind.INVALID
