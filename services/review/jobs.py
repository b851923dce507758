"""The review worker: decisions over many cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis import context
from chassis.jobs import RunningJob, job
from chassis.service import client
from chassis.workshop import Workshop
from contracts.identity import IdentityApi
from contracts.review import DecideCases
from services.review.operations import bulk, deciding
from services.review.settings import Settings
from services.review.views import BATCH

CASES_AT_ONCE = 20


class Jobs(Workshop[Settings]):
    """Some cases are one transaction, and who was decided is in the routing log: starting again is harmless."""

    identity = client(IdentityApi)

    @job(BATCH)
    def decide_cases(self, running: RunningJob) -> dict[str, Any]:
        """Decide on the ticked cases with the rights that the officer has now; the result is row by row."""
        command = DecideCases.model_validate(running.payload["command"])
        actor = self.identity.acting_as(account_id=UUID(str(running.account_id)))
        outcome: dict[UUID, dict[str, Any]] = {}
        # In one order, so that two batches over the same cases do not wait for each other crosswise.
        items = sorted(command.items, key=lambda item: item.case_id)
        with context.changed(actor=actor):
            for start in range(0, len(items), CASES_AT_ONCE):
                some = command.model_copy(update={"items": tuple(items[start : start + CASES_AT_ONCE])})
                with self.database.begin() as session:
                    case_ids = [item.case_id for item in some.items]
                    holders = deciding.holders_to_look_up(
                        session, actor=actor, decision=some.decision, case_ids=case_ids
                    )
                chains = {holder: self.identity.ancestors(organization_id=holder) for holder in holders}
                with self.database.begin() as session:
                    for row in bulk.decide_some(session, command=some, actor=actor, chains=chains):
                        outcome[row.case_id] = row.model_dump(mode="json")
                running.progress(len(outcome), len(items))
        rows = [outcome[item.case_id] for item in command.items]
        return {"rows": rows, "skipped": sum(row["error_code"] is not None for row in rows)}
