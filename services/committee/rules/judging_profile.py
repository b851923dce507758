"""What a province's profile decides of scoring, vote, notice and report."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RosterColumn(BaseModel):
    """A column of 一览表: its heading, and the fact of the submission's card that fills it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    fact: str


class JudgingRules(BaseModel):
    """The part `judging` of a profile's meeting rules; a meeting keeps those of its creation.

    notice_working_days: least length of a public notice (HB-159).
    audit_before_certificate: certificates wait for the superior office (HB-168, Q20).
    recused_count_as_present: whether a recused judge stays in the number of which the threshold is a share.
    paper_shows_score: whether a ballot paper shows the confirmed total.
    hides_applicant_name, hides_organization: what judges do not see in lists.
    blinded, masked: fields (`block.field`) left out or masked when a judge reads a submission.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice_working_days: int = Field(ge=0, le=60)
    audit_before_certificate: bool = True
    recused_count_as_present: bool = True
    paper_shows_score: bool = True
    hides_applicant_name: bool = False
    hides_organization: bool = False
    blinded: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    roster: tuple[RosterColumn, ...] = ()
