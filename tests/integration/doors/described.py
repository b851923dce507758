"""The OpenAPI document as a judge of answers, and as a source of requests."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import schemathesis
from schemathesis.core.failures import Failure, FailureGroup


class Description:
    """The operations of the document by name."""

    def __init__(self, document: dict[str, Any]) -> None:
        # The generator writes texts by Python's expressions, which have no classes of characters (\p).
        schema = schemathesis.openapi.from_dict(_without_classes(copy.deepcopy(document)))
        found = (result.ok() for result in schema.get_all_operations())
        self.operations = {operation.definition.raw["operationId"]: operation for operation in found}

    def fault(self, name: str, answer: httpx.Response) -> str | None:
        """What of an answer is not as the document says: status, type or content."""
        operation, status = self.operations[name], str(answer.status_code)
        described = operation.definition.raw["responses"]
        if answer.is_success and status not in described:
            return f"{name}: {status} is not described"
        kinds = described.get(status, described["default"]).get("content", {})
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if (kind not in kinds and "*/*" not in kinds) if kinds else answer.content:
            return f"{name}: {status} comes as {kind or 'nothing'}"
        try:
            answer.request.read()  # an upload was sent as a stream
            operation.validate_response(answer)
        except (Failure, FailureGroup) as error:
            return f"{name}: {status} {answer.text[:200]}: {error}"
        return None


def _without_classes(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_classes(part)
            for key, part in value.items()
            if not (key == "pattern" and isinstance(part, str) and "\\p" in part)
        }
    return [_without_classes(part) for part in value] if isinstance(value, list) else value
