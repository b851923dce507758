"""What the tables of this service derive from."""

from __future__ import annotations

from chassis.database import Base, metadata


class CommitteeBase(Base):
    """Tables of the committee service."""

    __abstract__ = True
    metadata = metadata()
