"""The demo is lived through: a real centre process, two encrypted laptops, keys in the real window, paper at the end."""

from pathlib import Path

from pypdf import PdfReader
import pytest

from gridclient.demo.day import live

pytestmark = pytest.mark.slow


def test_a_field_day_goes_from_the_door_to_the_stamp(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    told: list[str] = []

    code = live(tmp_path / "demo", told.append, look=False)

    said = "\n".join(told)
    assert code == 0
    assert said.count("网格员离线走访") == 3
    assert "无人，按键 2 下" in said
    assert "见面，按键 2 下" in said
    assert "两台电脑校验一致" in said
    assert "两处修改都在：是" in said
    pdfs = sorted((tmp_path / "demo").glob("*.pdf"))
    assert len(pdfs) == 2
    assert all("桃溪" in "".join(page.extract_text() for page in PdfReader(pdf).pages) for pdf in pdfs)
    assert len(list((tmp_path / "demo").glob("*.png"))) >= 5
