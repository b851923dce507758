"""Settings of the identity service."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """peers_url: local page of a demonstration that shows the answers of captchas; elsewhere nobody is told them."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", extra="ignore", hide_input_in_errors=True)

    peers_url: str | None = Field(default=None, validation_alias="ZHIPING_PEERS_URL")

    @property
    def answers_shown_at(self) -> str | None:
        """Where the answers of captchas are shown: only in an installation that is marked as a demonstration."""
        return self.peers_url if self.demonstration else None
