"""Versions of a profile's slice as a service keeps them (stored, checked, activated), and publishing them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import audit, clock
from chassis.differences import differences
from chassis.operated import OperatedService, operator
from chassis.settings import ServiceSettings
from chassis.tables import ProfileRow
from contracts.errors import Fault, NotFound
from contracts.operations import ProfileChange, StoredProfile
from contracts.profiles import ProfileInvalid, ProfileNotPublished, ProfileSlice, ProfileVersion, ProfileVersionTaken

Slice = TypeVar("Slice", bound=BaseModel)
Settings = TypeVar("Settings", bound=ServiceSettings)

# Versions that operators are shown: those before them are checked no more.
SHOWN_VERSIONS = 20


class Profiles(Generic[Slice]):
    """The slices of one service, parsed into its model. An activated version never changes, so it is parsed once."""

    def __init__(self, model: type[Slice]) -> None:
        self._model = model
        self._parsed: dict[tuple[str, int], Slice] = {}

    def store(self, session: Session, *, profile_slice: ProfileSlice, version: int) -> ProfileVersion:
        """Check and keep version N. The same content again answers the version that it has. Refuses: ProfileInvalid,
        ProfileVersionTaken.
        """
        self._parse(profile_slice.content)
        known = session.scalar(
            select(ProfileRow).where(
                ProfileRow.profile == profile_slice.profile, ProfileRow.content_hash == profile_slice.content_hash
            )
        )
        if known is None:
            known = session.get(ProfileRow, (profile_slice.profile, version)) or ProfileRow(
                profile=profile_slice.profile, version=version
            )
            if known.activated_at is not None:
                raise ProfileVersionTaken(profile=known.profile, version=version)
            # a version that was stored and never activated is what an interrupted publishing left behind
            known.content_hash, known.content, known.stored_at = (
                profile_slice.content_hash,
                profile_slice.content,
                clock.now(),
            )
            self._parsed.pop((known.profile, version), None)
            session.add(known)
            audit.record(session, "profile_stored", "profile", None, profile=known.profile, version=version)
        return self._describe(session, known)

    def activate(self, session: Session, *, profile: str, version: int) -> ProfileVersion:
        """Make version N the one by which new things start. Refuses: ProfileNotPublished."""
        row = session.get(ProfileRow, (profile, version))
        if row is None:
            raise ProfileNotPublished(profile=profile, version=version)
        if self._current_row(session, profile) is not row:
            row.activated_at = clock.now()
            audit.record(session, "profile_activated", "profile", None, profile=profile, version=version)
            session.flush()
        return self._describe(session, row)

    def describe_current(self, session: Session, *, profile: str) -> ProfileVersion:
        """The version by which new things start. Refuses: ProfileNotPublished."""
        return self._describe(session, self._require(session, profile))

    def current(self, session: Session, profile: str) -> tuple[int, Slice]:
        """Number and content of the current version. Refuses: ProfileNotPublished."""
        version = session.scalar(
            select(ProfileRow.version)
            .where(ProfileRow.profile == profile, ProfileRow.activated_at.is_not(None))
            .order_by(ProfileRow.activated_at.desc())
            .limit(1)
        )
        if version is None:
            raise ProfileNotPublished(profile=profile)
        return version, self.get(session, profile, version)

    def names(self, session: Session) -> tuple[str, ...]:
        """The profiles that were ever activated, for transactions over all of them."""
        wanted = select(ProfileRow.profile).where(ProfileRow.activated_at.is_not(None)).distinct()
        return tuple(session.scalars(wanted.order_by(ProfileRow.profile)))

    def get(self, session: Session, profile: str, version: int) -> Slice:
        """The content of version N. Refuses: ProfileNotPublished."""
        parsed = self._parsed.get((profile, version))
        if parsed is None:
            row = session.get(ProfileRow, (profile, version))
            if row is None:
                raise ProfileNotPublished(profile=profile, version=version)
            parsed = self._parsed[profile, version] = self._parse(row.content)
        return parsed

    def stored(self, session: Session, profile: str) -> tuple[StoredProfile, ...]:
        """The newest versions, each checked by today's rules."""
        current = self._current_row(session, profile)
        rows = session.scalars(
            select(ProfileRow)
            .where(ProfileRow.profile == profile)
            .order_by(ProfileRow.version.desc())
            .limit(SHOWN_VERSIONS)
        )
        return tuple(
            StoredProfile(
                version=row.version,
                content_hash=row.content_hash,
                stored_at=row.stored_at,
                activated_at=row.activated_at,
                is_current=row is current,
                faults=self._faults(row.content),
            )
            for row in rows
        )

    def changes(self, session: Session, profile: str, version: int) -> tuple[ProfileChange, ...]:
        """In what a version differs from the one before it. Refuses: NotFound."""
        row = session.get(ProfileRow, (profile, version))
        if row is None:
            raise NotFound()
        before = session.scalar(
            select(ProfileRow.content)
            .where(ProfileRow.profile == profile, ProfileRow.version < version)
            .order_by(ProfileRow.version.desc())
            .limit(1)
        )
        return () if before is None else differences(before, row.content)

    def _faults(self, content: dict[str, Any]) -> tuple[str, ...]:
        try:
            self._parse(content)
        except ProfileInvalid as refusal:
            return tuple(f"{fault.pointer}: {fault.code}" for fault in refusal.faults)
        return ()

    def _parse(self, content: dict[str, Any]) -> Slice:
        try:
            return self._model.model_validate(content)
        except ValidationError as error:
            raise ProfileInvalid(
                faults=tuple(
                    Fault(pointer="/" + "/".join(str(part) for part in fault["loc"]), code=fault["type"])
                    for fault in error.errors(include_input=False, include_url=False)
                )
            ) from None

    def _current_row(self, session: Session, profile: str) -> ProfileRow | None:
        return session.scalar(
            select(ProfileRow)
            .where(ProfileRow.profile == profile, ProfileRow.activated_at.is_not(None))
            .order_by(ProfileRow.activated_at.desc())
            .limit(1)
        )

    def _require(self, session: Session, profile: str) -> ProfileRow:
        row = self._current_row(session, profile)
        if row is None:
            raise ProfileNotPublished(profile=profile)
        return row

    def _describe(self, session: Session, row: ProfileRow) -> ProfileVersion:
        session.flush()
        return ProfileVersion(
            profile=row.profile,
            version=row.version,
            content_hash=row.content_hash,
            is_current=self._current_row(session, row.profile) is row,
        )


class ProfileService(OperatedService[Settings]):
    """A service that is published to: the methods of `contracts.profiles.PublishesProfiles`.

    profiles: this service's slices.
    """

    profiles: Profiles[Any]

    def store_profile(self, *, profile_slice: ProfileSlice, version: int) -> ProfileVersion:
        """Check and keep version N. Refuses: ProfileInvalid, ProfileVersionTaken."""
        with self.database.begin(profile_slice.profile) as session:
            return self.profiles.store(session, profile_slice=profile_slice, version=version)

    def activate_profile(self, *, profile: str, version: int) -> ProfileVersion:
        """Make version N the one by which new things start. Refuses: ProfileNotPublished."""
        with self.database.begin(profile) as session:
            activated = self.profiles.activate(session, profile=profile, version=version)
            self.profile_activated(session, profile=profile, version=version)
            return activated

    def profile_activated(self, session: Session, *, profile: str, version: int) -> None:
        """What else a service does in the transaction that makes a version current: nothing, unless it says so."""

    def current_profile(self, *, profile: str) -> ProfileVersion:
        """The version by which new things start. Refuses: ProfileNotPublished."""
        with self.database.begin(profile) as session:
            return self.profiles.describe_current(session, profile=profile)

    def stored_profiles(self) -> tuple[StoredProfile, ...]:
        """The versions of the actor's profile, newest first. Refuses: NotFound."""
        actor = operator()
        with self.database.begin() as session:
            return self.profiles.stored(session, actor.profile)

    def profile_changes(self, *, version: int) -> tuple[ProfileChange, ...]:
        """In what a version differs from the one before it. Refuses: NotFound."""
        actor = operator()
        with self.database.begin() as session:
            return self.profiles.changes(session, actor.profile, version)
