"""What the tests of the documents service share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis import context
from chassis.database import Database
from chassis.objects import ObjectStore
from chassis.settings import ObjectStoreSettings
from contracts.base import Actor, Role
from contracts.profiles import ProfileSlice
from deploy.fonts.install import install
from deploy.publish import read, template_key
from services.documents.jobs import Jobs
from services.documents.published import PROFILES
from services.documents.service import DocumentsService
from services.documents.settings import Settings
from tests.integration.documents.world import PROFILE, Committees, Declarations, Identities, Reviews, World


@pytest.fixture(scope="module")
def world(
    environment: dict[str, str], database_of: Callable[..., Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    database = database_of("documents")
    install(Path(environment["FONTCONFIG_FILE"]).parent)
    folder = tmp_path_factory.mktemp("worker")
    settings = Settings(work_folder=folder, demonstration=True)
    objects = ObjectStore(ObjectStoreSettings())
    PROFILES._parsed.clear()
    digest, slices, templates = read(PROFILE)
    for template, path in templates.items():
        with path.open("rb") as source:
            objects.put(template_key(template), source, size=path.stat().st_size)
    workshop = Jobs(settings, database=database, objects=objects, caller=None)  # type: ignore[arg-type]
    service = DocumentsService(settings, database=database, caller=None)  # type: ignore[arg-type]
    workshop.declaration = Declarations()  # type: ignore[assignment]
    workshop.identity = Identities()  # type: ignore[assignment]
    workshop.review = Reviews()  # type: ignore[assignment]
    workshop.committee = Committees()  # type: ignore[assignment]
    with context.use(context.CallContext(profile=PROFILE)):
        content = slices["documents"]
        service.store_profile(
            profile_slice=ProfileSlice(profile=PROFILE, content_hash=digest, content=content), version=1
        )
        service.activate_profile(profile=PROFILE, version=1)
    workshop.open()
    yield World(database, workshop, service)
    workshop.close()


@pytest.fixture
def applicant(make_actor: Callable[..., Actor], acting: Callable[[Actor | None], None]) -> Actor:
    actor = make_actor((Role.APPLICANT, None))
    acting(actor)
    return actor
