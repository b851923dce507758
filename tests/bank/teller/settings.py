"""Settings of the teller."""

from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from TELLER_…; fuse: a folder in which a file named after a place makes the process kill itself there."""

    model_config = SettingsConfigDict(env_prefix="TELLER_", extra="ignore", hide_input_in_errors=True)

    fuse: str
