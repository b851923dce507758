"""Batches, catalogue and form descriptions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.declaration.batches import (
    BatchView,
    CatalogueChoice,
    FormView,
    ProfileUse,
    SettingForm,
    WindowChange,
)
from contracts.declaration.catalogue import Catalogue
from contracts.declaration.submissions import SettingChoice
from contracts.errors import NotFound
from contracts.forms import cascade
from contracts.profiles import ProfileNotPublished
from services.declaration.published import PROFILES
from services.declaration.scope import open_batch
from services.declaration.tables import Batch, BatchWindow, Declaration
from services.declaration.views import batch_view

LARGEST_VERSION = 2**31 - 1


def batches(session: Session) -> tuple[BatchView, ...]:
    """Every batch, the latest year first."""
    found = session.scalars(select(Batch).order_by(Batch.year.desc(), Batch.closes_on, Batch.code))
    return tuple(batch_view(batch) for batch in found)


def profile_uses(session: Session) -> tuple[ProfileUse, ...]:
    """How many declarations of each batch go by which version, the latest first."""
    rows = session.execute(
        select(Declaration.profile_version, Batch.label, func.count())
        .join(Batch, Batch.id == Declaration.batch_id)
        .where(Declaration.is_discarded.is_(False))
        .group_by(Declaration.profile_version, Batch.id)
        .order_by(Declaration.profile_version.desc(), Batch.code)
    )
    return tuple(ProfileUse(version=version, batch_label=label, declarations=n) for version, label, n in rows)


def batch_taking(session: Session, setting: SettingChoice) -> BatchView | None:
    """The batch that takes the setting now."""
    found = open_batch(session, setting)
    return None if found is None else batch_view(found)


def window_history(session: Session, *, batch_id: UUID) -> tuple[WindowChange, ...]:
    """How the window came to be, newest first. Refuses: NotFound."""
    found = session.scalars(
        select(BatchWindow).where(BatchWindow.batch_id == batch_id).order_by(BatchWindow.version.desc())
    ).all()
    if not found:
        raise NotFound()
    return tuple(
        WindowChange(opens_on=row.opens_on, closes_on=row.closes_on, reason=row.reason, at=row.at) for row in found
    )


def catalogue(session: Session, *, profile: str) -> Catalogue:
    """The current catalogue."""
    return PROFILES.current(session, profile)[1].catalogue


def catalogue_choices(session: Session, *, profile: str, path: tuple[str, ...]) -> tuple[CatalogueChoice, ...]:
    """What follows a path of codes in the current catalogue."""
    found = cascade.choices(catalogue(session, profile=profile), path)
    return tuple(CatalogueChoice(code=code, label=label) for code, label in found.items())


def setting_form(session: Session, *, profile: str) -> SettingForm:
    """The form of the setting with the lists that it uses."""
    version, published = PROFILES.current(session, profile)
    block = published.form.blocks()["setting"]
    used = {field.options for field in block.fields if field.options is not None}
    return SettingForm(
        profile_version=version,
        block=block,
        options={name: options for name, options in published.form.options.items() if name in used},
    )


def form(session: Session, *, profile: str, profile_version: int | None) -> FormView:
    """The form description of a version, of the current one for None. Refuses: ProfileNotPublished."""
    version, published = PROFILES.current(session, profile)
    if profile_version is not None:
        if not 1 <= profile_version <= LARGEST_VERSION:
            raise ProfileNotPublished(profile=profile, version=profile_version)
        version, published = profile_version, PROFILES.get(session, profile, profile_version)
    return FormView(profile_version=version, form=published.form)
