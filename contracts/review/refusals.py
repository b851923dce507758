"""Why the review service refuses."""

from __future__ import annotations

from contracts.errors import DomainError, Kind


class CaseAlreadyReviewed(DomainError):
    """Somebody has decided about the submission, so it cannot be taken back any more (HB-104, HB-105)."""

    code = "review.case_already_reviewed"
    kind = Kind.CONFLICT


class OwnDeclaration(DomainError):
    """Nobody decides on the own declaration (PL-39)."""

    code = "review.own_declaration"
    kind = Kind.FORBIDDEN


class BatchTooLarge(DomainError):
    """More cases than one act may decide or one export may hold."""

    code = "review.batch_too_large"
    kind = Kind.INVALID


class CommitteeNotAccepting(DomainError):
    """The committee is closed, or its scope does not cover the declaration (HB-50, HB-62)."""

    code = "review.committee_not_accepting"
    kind = Kind.CONFLICT


class PlaceNotOnRoute(DomainError):
    """The case cannot be re-routed there: the place is not ahead of it, or above the organisation that re-routes."""

    code = "review.place_not_on_route"
    kind = Kind.CONFLICT
