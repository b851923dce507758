"""Settings of the review service."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service needs; it signs read grants, so it has a signing key."""

    model_config = SettingsConfigDict(
        env_prefix="REVIEW_", extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )
