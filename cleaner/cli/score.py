"""`cleaner score`: how near a cleaned page is to its gold text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cleaner.cli.common import ends, read_utf8, say_error

SourceFile = Annotated[Path, typer.Argument(metavar="SOURCE", help="The page as scanned.")]
Gold = Annotated[Path, typer.Argument(metavar="GOLD", help="The canonical text that an editor made of it.")]
Artefacts = Annotated[Path, typer.Argument(metavar="ARTEFACTS", help="The editor's list of defects (JSON Lines).")]
Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The text to score.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a list.")]


@ends
def score(source: SourceFile, gold: Gold, artefacts: Artefacts, output: Output, as_json: AsJson = False) -> int:
    """Score a cleaned page against its gold text."""
    from cleaner import scoring
    defects = []
    for number, line in enumerate(read_utf8(artefacts).split("\n"), 1):
        if not line.strip():
            continue
        try:
            defects.append(scoring.Defect.from_dict(json.loads(line)))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return say_error(f"{artefacts}, line {number}: not a defect ({type(error).__name__}: {error})")
    figures = scoring.score(read_utf8(source), read_utf8(gold), defects, read_utf8(output))
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for key, value in figures.items():
            print(f"{key:12} {value}")
    return 0
