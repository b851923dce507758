"""What the gateway reads from its environment; `docs/settings.md` lists it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from secrets import token_bytes
from typing import Annotated

from pydantic import Base64Bytes, Field, IPvAnyNetwork, Secret, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one gateway process.

    session_seconds: how long a resolved session is believed without asking identity again.
    json_bytes: largest JSON body; upload_bytes: largest file.
    requests_per_minute: of one address, signed in or not; sign_ins_per_minute: attempts at passwords and codes.
    vote_key: at least 32 random bytes in Base64, the same for all gateway processes: browsers seal votes for it. Where
        it is not given each process makes its own, which is right for one process only.
    streams: event streams that this process keeps open at most; streams_per_account: of one account.
    trusted_proxies: addresses or networks (`["10.0.0.0/8"]`) whose X-Forwarded-For is believed.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore", hide_input_in_errors=True)

    amqp_url: SecretStr
    public_url: str = Field(default="http://127.0.0.1:8080", validation_alias="ZHIPING_PUBLIC_URL")
    demonstration: bool = Field(default=False, validation_alias="ZHIPING_DEMONSTRATION")
    session_seconds: float = Field(default=15.0, ge=0, le=15)
    json_bytes: int = Field(default=1024 * 1024, ge=1024)
    upload_bytes: int = Field(default=50 * 1024 * 1024, ge=1024)
    requests_per_minute: int = Field(default=1200, ge=1)
    sign_ins_per_minute: int = Field(default=60, ge=1)
    in_flight: int = Field(default=512, ge=1)
    in_flight_per_service: int = Field(default=128, ge=1)
    vote_key: Secret[Annotated[Base64Bytes, Field(min_length=32)]] = Field(
        default_factory=lambda: Secret(b64encode(token_bytes(32)))
    )
    streams: int = Field(default=5000, ge=1)
    streams_per_account: int = Field(default=8, ge=1)
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    portal: Path = Path(__file__).parent / "static"

    @property
    def is_secure(self) -> bool:
        """Whether the public address is https, so that cookies can be `Secure`."""
        return self.public_url.startswith("https://")
