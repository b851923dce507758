"""The notify slice of a profile: messages, the portal's frame and the standing pages, checked when it is published."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.portal import PortalContent
from services.notify.rules.messages import MessageRules

Mark = Annotated[str, StringConstraints(pattern=r"^<svg\s", max_length=20_000)]


class Slice(BaseModel):
    """Notify's part of a profile, and the gateway's, which has no database to keep one in."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    messages: MessageRules
    portal: PortalContent
    mark: Mark | None = Field(default=None, alias="portal/mark")
