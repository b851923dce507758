"""Settings of the committee service."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service needs, under the prefix COMMITTEE_."""

    model_config = SettingsConfigDict(env_prefix="COMMITTEE_", extra="ignore", hide_input_in_errors=True)
