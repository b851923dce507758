"""Settings of the notify service."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where messages are handed in: `smtp://user:password@host:port` (smtps for TLS), `smpp://id:password@host:port`.

    sender: address in the From line of e-mails.
    """

    model_config = SettingsConfigDict(env_prefix="NOTIFY_", extra="ignore", hide_input_in_errors=True)

    smtp_url: SecretStr
    smpp_url: SecretStr
    sender: str = "no-reply@zhiping.example"
