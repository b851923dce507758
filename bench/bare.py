"""The same reads without gateway, broker and service: FastAPI routes in threads, a SQLAlchemy session, one process.

`bench.reads` starts it for one service (BENCH_SERVICE) and one signed-in person (BENCH_ACTOR): nobody is
authenticated here, and row-level security is set once for each connection.
"""

from __future__ import annotations

import os
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from chassis import crypto, settings
from contracts.base import Actor
from contracts.declaration.drafts import DeclarationSummary, DeclarationView
from contracts.identity import AccountView
from services.declaration.queries import drafts
from services.identity import queries as identity


def create_app() -> FastAPI:
    configured = settings.load(os.environ["BENCH_SERVICE"])
    crypto.configure(configured)
    actor = Actor.model_validate_json(os.environ["BENCH_ACTOR"])
    engine = create_engine(
        configured.database_url.get_secret_value(),
        pool_size=configured.pool_size,
        max_overflow=0,
        connect_args={"options": f"-c app.profile={actor.profile}"},
    )
    app = FastAPI()

    @app.get("/me")
    def show_own_account() -> AccountView:
        with Session(engine) as session:
            return identity.whoami(session, actor=actor)

    @app.get("/declarations")
    def list_own_declarations() -> tuple[DeclarationSummary, ...]:
        with Session(engine) as session:
            return drafts.own_declarations(session, actor=actor)

    @app.get("/declarations/{declaration_id}")
    def show_declaration(declaration_id: UUID) -> DeclarationView:
        with Session(engine) as session:
            return drafts.declaration(session, actor=actor, declaration_id=declaration_id)

    return app
