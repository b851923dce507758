"""Settings of the documents service."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What rendering and checking need of the machine.

    office_python: an interpreter that has the `uno` module. converters: LibreOffice processes of a job worker.
    fontconfig_file: written by `deploy.fonts.install`; without it the system chooses the faces.
    clamd_url: `tcp://host:3310` or `unix:///path` of a malware scanner; without it files count as not scanned.
    work_folder: scratch space of job workers. Of `workers` at most `converters` do long exports at a time, so that
    uploads are checked while they run.
    """

    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_", extra="ignore", hide_input_in_errors=True)

    workers: int = Field(default=3, ge=1)
    converters: int = Field(default=1, ge=1)
    soffice: str = "soffice"
    office_python: str = "/usr/bin/python3"
    fontconfig_file: Path | None = Field(default=None, validation_alias="FONTCONFIG_FILE")
    clamd_url: str | None = None
    work_folder: Path = Path(tempfile.gettempdir())
