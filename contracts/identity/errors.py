"""Refusals of the identity service."""

from __future__ import annotations

from contracts.errors import DomainError, Kind


class SignInFailed(DomainError):
    """Account, password or activation code is wrong; which of them is not said."""

    code = "identity.sign_in_failed"
    kind = Kind.FORBIDDEN


class CaptchaRefused(DomainError):
    """The captcha was answered wrongly, used before, or is too old: a new one is needed."""

    code = "identity.captcha_refused"
    kind = Kind.INVALID


class TooManyAttempts(DomainError):
    """The account or the address is locked for a while after too many attempts; `until` says when it opens again."""

    code = "identity.too_many_attempts"
    kind = Kind.FORBIDDEN


class ActivationRequired(DomainError):
    """The activation code is right, but it opens nothing except setting a password (HB-19, PL-09)."""

    code = "identity.activation_required"
    kind = Kind.FORBIDDEN


class AccountDisabled(DomainError):
    """The account, or every organisation it acts for, is disabled."""

    code = "identity.account_disabled"
    kind = Kind.FORBIDDEN


class CodeRefused(DomainError):
    """The activation or recovery code is wrong, used, locked or too old; which of them is not said."""

    code = "identity.code_refused"
    kind = Kind.FORBIDDEN


class WrongPassword(DomainError):
    """The present password was given wrongly by somebody who is signed in."""

    code = "identity.wrong_password"
    kind = Kind.FORBIDDEN


class AlreadyEnrolled(DomainError):
    """The person has an account for this year already, by this or another unit (HB-22)."""

    code = "identity.already_enrolled"
    kind = Kind.CONFLICT


class CommitteeRightsReserved(DomainError):
    """Only the office at the root of the tree gives or takes committee rights (HB-13)."""

    code = "identity.committee_rights_reserved"
    kind = Kind.FORBIDDEN


class OrganizationInUse(DomainError):
    """An organisation with children, applicants or accounts in use is not deleted (HB-14); it can be disabled."""

    code = "identity.organization_in_use"
    kind = Kind.CONFLICT


class OrganizationDisabled(DomainError):
    """The organisation is disabled: nothing is opened in or below it."""

    code = "identity.organization_disabled"
    kind = Kind.CONFLICT
