"""What docs/server.md tells to type can be typed, and every command is told there."""

from collections.abc import Iterator
from pathlib import Path
import shlex

import pytest
from typer import Typer
from typer.testing import CliRunner

from sync.server.__main__ import app

HANDBOOK = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")
TYPED = [shlex.split(line)[1:] for line in HANDBOOK.splitlines() if line.startswith("gridhub ")]


def commands(group: Typer, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield (*above, command.name or command.callback.__name__)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, (*above, str(inner.name)))


@pytest.mark.parametrize("words", TYPED, ids=" ".join)
def test_every_line_of_the_handbook_can_be_typed(words: list[str]) -> None:
    told = CliRunner().invoke(app, [*words, "--help"])

    assert told.exit_code == 0, told.output


def test_every_command_is_in_the_handbook() -> None:
    told = {tuple(words[:length]) for words in TYPED for length in (1, 2)}

    assert set(commands(app)) <= told
