"""Settings that every process of a service reads from its environment; `docs/settings.md` lists them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from pydantic import Base64Bytes, BaseModel, Field, Json, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SecretKey(BaseModel):
    """A key for stored secrets; the first of a list encrypts, all of it decrypts."""

    id: str = Field(pattern="^[a-z0-9]{1,16}$")
    key: Base64Bytes


class ObjectStoreSettings(BaseSettings):
    """Where files are kept: any S3 server."""

    model_config = SettingsConfigDict(env_prefix="ZHIPING_S3_", extra="ignore", hide_input_in_errors=True)

    endpoint: str
    access_key: SecretStr
    secret_key: SecretStr
    secure: bool = True
    region: str = "us-east-1"
    bucket: str


class ServiceSettings(BaseSettings):
    """What each service needs; a service's own class adds its prefix and its values.

    demonstration: numbers of invented persons are allowed, and only they reach the local mail and SMS peers.
    verify_keys: issuer of tokens → Ed25519 public key (base64).
    signing_key: Ed25519 seed (base64) of a service that issues tokens.
    calls: calls handled at once by a process; events: event handlers at once.
    """

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr
    amqp_url: SecretStr
    http_host: str = "127.0.0.1"
    http_port: int = 0
    worker_http_port: int = 0
    secret_keys: Json[list[SecretKey]] = Field(min_length=1)
    hash_key: Base64Bytes
    signing_key: SecretStr | None = None
    calls: int = Field(default=32, ge=1)
    events: int = Field(default=8, ge=1)
    workers: int = Field(default=1, ge=1)
    pool_size: int = Field(default=16, ge=1)
    demonstration: bool = Field(default=False, validation_alias="ZHIPING_DEMONSTRATION")
    public_url: str = Field(default="http://127.0.0.1:8080", validation_alias="ZHIPING_PUBLIC_URL")
    verify_keys: Json[dict[str, str]] = Field(validation_alias="ZHIPING_VERIFY_KEYS")


def package_of(service: str) -> str:
    """The package of a service: `services.<service>`, or a dotted path as it is (services that only tests have)."""
    return service if "." in service else f"services.{service}"


@cache
def load(service: str) -> ServiceSettings:
    """The settings of a service: class `Settings` of its module `settings`, read from the environment."""
    settings: ServiceSettings = import_module(f"{package_of(service)}.settings").Settings()
    return settings
