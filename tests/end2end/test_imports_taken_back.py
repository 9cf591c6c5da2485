"""The command line lists what was imported and takes it back whole."""

import json

from tests.end2end.test_command_line import SAMPLE, Run, _figures, filled, run

__all__ = ["filled", "run"]


def test_every_import_of_the_sample_is_listed_and_all_are_taken_back_whole(filled: Run) -> None:
    listed = json.loads(filled("imports", "--json").stdout)
    assert {one["file"] for one in listed} == {path.name for path in SAMPLE.glob("*.xlsx")}
    before = _figures(filled)

    for _one in listed:
        done = filled("imports", "--undo", "last", "--json")
        assert (done.exit_code, json.loads(done.stdout)["left"]) == (0, [])

    assert before["residents"] > 0
    assert not any(_figures(filled).values())
    assert "没有动" in filled("imports").stdout
    assert filled("imports", "--undo", "last").exception is not None
