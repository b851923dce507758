"""Settings of the declaration service."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service needs."""

    model_config = SettingsConfigDict(
        env_prefix="DECLARATION_", extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )
