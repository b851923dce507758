"""Settings of the ledger."""

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from LEDGER_…; fuse: a folder in which a file named after a place makes the process kill itself there."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", extra="ignore", hide_input_in_errors=True)

    fuse: str
