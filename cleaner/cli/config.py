"""`cleaner config`: the settings in force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli import options
from cleaner.cli.common import ends, say_error, show_table
from cleaner.cli.pages import check

if TYPE_CHECKING:
    from cleaner.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The settings.")

Where = Annotated[Path, typer.Argument(metavar="[PATH]", help="A file or folder; the current folder if none is given.")]


@app.callback()
def _group() -> None:
    """The settings."""


@app.command()
@ends
def show(path: Where = Path(), config: options.Config = None) -> int:
    """Show the settings for a path, where they come from, and which rules are on or off and why."""
    from dataclasses import fields

    from cleaner.evidence.inputs import inputs_of
    from cleaner.formats.report import Table
    from cleaner.normalizers.base import all_rules
    from cleaner.settings import Settings, read_settings, settings_file
    if not path.exists():
        return say_error(f"{path}: no such file or folder")
    origin = config or settings_file(path)
    settings = read_settings(origin) if origin else Settings()
    check(settings, origin)
    rules = all_rules()
    plain = Settings()
    rows = []
    for field in fields(Settings):
        value, usual = getattr(settings, field.name), getattr(plain, field.name)
        shown = ", ".join(value) if isinstance(value, tuple) else str(value)
        rows.append((field.name, shown or "(none)", str(origin) if value != usual else "default"))
    show_table(Table("Settings", ("setting", "value", "from"), tuple(rows)))
    print(f"settings file: {origin or 'none'}; digest {settings.digest}")
    for key, digest in inputs_of(settings).digests.items():
        print(f"evidence: {key} {digest}")
    states = tuple((rule.code, rule.name, rule.tier, *_state(rule.code, settings)) for rule in rules)
    show_table(Table("Rules", ("code", "name", "tier", "state", "why"), states))
    return 0


def _state(code: str, settings: Settings) -> tuple[str, str]:
    """Whether a rule runs, and what makes it so."""
    ignored = [word for word in settings.ignore if code.startswith(word)]
    chosen = [word for word in settings.select if code.startswith(word)]
    if ignored:
        return "off", f"ignore has {ignored[0]}"
    if settings.select and not chosen:
        return "off", "select does not name it"
    return "on", f"select has {chosen[0]}" if chosen else "on unless ignored"
