"""What the declaration service refuses, in the trade's words."""

from __future__ import annotations

from contracts.errors import DomainError, Kind


class BatchClosed(DomainError):
    """The batch's declaration window is over, or the time for a correction is."""

    code = "declaration.batch_closed"


class BatchNotOpen(DomainError):
    """The batch's declaration window has not begun."""

    code = "declaration.batch_not_open"


class NoOpenBatch(DomainError):
    """No batch takes this setting now."""

    code = "declaration.no_open_batch"


class NotEnrolled(DomainError):
    """No unit has opened a declaration year for the person (HB-20, HB-22)."""

    code = "declaration.not_enrolled"
    kind = Kind.FORBIDDEN


class NoCommittee(DomainError):
    """No committee accepts what is declared, or none of them is open (HB-62)."""

    code = "declaration.no_committee"


class AlreadyDeclared(DomainError):
    """The person has a declaration of this year, which takes one; a draft may be discarded."""

    code = "declaration.already_declared"


class Incomplete(DomainError):
    """The automatic check found faults; each is named (HB-101)."""

    code = "declaration.incomplete"
    kind = Kind.INVALID


class FileNotUsable(DomainError):
    """The file is not the applicant's, not checked yet, or was refused by its check."""

    code = "declaration.file_not_usable"


class FileTypeRefused(DomainError):
    """The slot does not take files of this type; the type is that of the content, not of the name."""

    code = "declaration.file_type_refused"
    kind = Kind.INVALID


class FileTooLarge(DomainError):
    """The file is larger than the slot allows."""

    code = "declaration.file_too_large"
    kind = Kind.INVALID


class SlotFull(DomainError):
    """The slot holds as many files as it may."""

    code = "declaration.slot_full"


class TooManyRows(DomainError):
    """The block holds as many rows as it may."""

    code = "declaration.too_many_rows"


class NotThisBlock(DomainError):
    """The block is filled in another way, or is not asked of this declaration."""

    code = "declaration.not_this_block"


class WindowNotExtended(DomainError):
    """A window can only be made longer, never shorter."""

    code = "declaration.window_not_extended"
    kind = Kind.INVALID


class EnrolmentInUse(DomainError):
    """The person has a declaration of that year; it is discarded first, then the enrolment can be withdrawn."""

    code = "declaration.enrolment_in_use"
    kind = Kind.CONFLICT
