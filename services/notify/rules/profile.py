"""The notify slice of a profile: messages, the portal's frame and the standing pages, checked when it is published."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from contracts.notify import ArticleContent
from contracts.portal import PortalContent
from services.notify.rules.messages import MessageRules

FOLDER = "pages/"
PageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Mark = Annotated[str, StringConstraints(pattern=r"^<svg\s", max_length=20_000)]


class Slice(BaseModel):
    """Notify's part of a profile, and the gateway's, which has no database to keep one in."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    messages: MessageRules
    portal: PortalContent
    mark: Mark | None = Field(default=None, alias="portal/mark")
    pages: dict[PageName, ArticleContent] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _collect(cls, content: dict[str, Any]) -> dict[str, Any]:
        """`pages/<name>` becomes the page of that name."""
        pages = {name.removeprefix(FOLDER): page for name, page in content.items() if name.startswith(FOLDER)}
        rest = {name: part for name, part in content.items() if not name.startswith(FOLDER)}
        return {**rest, "pages": pages} if pages else rest
