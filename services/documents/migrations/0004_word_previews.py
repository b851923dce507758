"""Word files are shown as PDF; those that came before are made ready too."""

import sqlalchemy as sa
from alembic import op

revision = "documents_0004"
down_revision = "documents_0003"


def upgrade() -> None:
    op.add_column("file", sa.Column("preview_failed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("SET LOCAL app.profile = '*'")
    op.execute(
        """INSERT INTO job (id, profile, kind, payload, state, done, total, attempts, cancel_requested,
                            due_at, trace_id, created_at)
           SELECT gen_random_uuid(), profile, 'make_preview', json_build_object('file_id', id), 'waiting', 0, 0, 0,
                  false, now(), replace(gen_random_uuid()::text, '-', ''), now()
           FROM file WHERE state = 'clean' AND kind = 'docx'"""
    )
