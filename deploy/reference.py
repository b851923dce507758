"""Write the reference pages that follow from the code: `python -m deploy.reference`.

docs/events.md, docs/errors.md and docs/settings.md; a test demands that they are in step.
"""

from __future__ import annotations

import inspect
import json
import pkgutil
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

import contracts
from chassis.settings import ObjectStoreSettings
from contracts.base import SERVICES
from contracts.errors import DomainError, UnknownError
from contracts.events import EVENTS

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"
NOTE = "<!-- made by `python -m deploy.reference`; change the code, not this page -->"


def events() -> str:
    """The catalogue of events: what happened, who says it, who hears it, what it carries."""
    lines = ["# Events", "", NOTE, "", "| event | from | to | fields | when |", "|---|---|---|---|---|"]
    for event in EVENTS:
        fields = ", ".join(f"`{name}`" for name in event.model_fields)
        to = ", ".join(event.listeners)
        lines.append(f"| `{event.__name__}` | {event.source} | {to} | {fields} | {_first(event)} |")
    return "\n".join(lines) + "\n"


def refusals() -> list[type[DomainError]]:
    """Every refusal of the platform, by code."""
    for module in pkgutil.walk_packages(contracts.__path__, "contracts."):
        import_module(module.name)
    import_module("gateway.problems")

    def below(cls: type[DomainError]) -> Iterable[type[DomainError]]:
        for sub in cls.__subclasses__():
            yield sub
            yield from below(sub)

    ours = {error for error in below(DomainError) if error.__module__.split(".")[0] in ("contracts", "gateway")}
    return sorted(ours - {UnknownError}, key=lambda error: error.code)


def errors() -> str:
    """Every refusal with its code, its kind, its meaning and its Chinese text."""
    texts = json.loads((REPOSITORY / "locales/zh-CN/errors.json").read_text(encoding="utf-8"))
    lines = ["# Errors", "", NOTE, "", "| code | kind | meaning | text |", "|---|---|---|---|"]
    lines += [
        f"| `{error.code}` | {error.kind.value} | {_first(error)} | {texts.get(error.code, '')} |"
        for error in refusals()
    ]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Every environment variable that a process reads."""
    lines = ["# Settings", "", NOTE, ""]
    for cls in settings_classes():
        title = cls.__module__.removesuffix(".settings").removeprefix("services.")
        lines += [f"## {'object store' if cls is ObjectStoreSettings else title}", "", inspect.getdoc(cls) or "", ""]
        lines += ["| variable | default |", "|---|---|"]
        lines += [f"| `{variable}` | {_default(field)} |" for variable, field in variables(cls).items()]
        lines.append("")
    return "\n".join(lines)


def settings_classes() -> list[type[BaseSettings]]:
    """What processes read their settings with: the object store's, each service's, the gateway's."""
    services = [import_module(f"services.{name}.settings").Settings for name in SERVICES]
    return [ObjectStoreSettings, *services, import_module("gateway.settings").Settings]


def variables(cls: type[BaseSettings]) -> dict[str, FieldInfo]:
    """The environment variables of a class of settings."""
    prefix = cls.model_config.get("env_prefix", "")
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else f"{prefix}{name.upper()}": field
        for name, field in cls.model_fields.items()
    }


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "made at each start" if field.default_factory is not None else f"`{_plain(field.default)}`"


def _plain(default: object) -> str:
    inside = isinstance(default, Path) and default.is_relative_to(REPOSITORY)
    return str(default.relative_to(REPOSITORY)) if isinstance(default, Path) and inside else str(default)


def _first(thing: type) -> str:
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split()).replace("|", "\\|")


PAGES = {"events.md": events, "errors.md": errors, "settings.md": settings}


def main() -> int:
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
