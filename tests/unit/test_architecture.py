"""The walls of the house, as tests."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_packaging_is_a_folder_and_not_a_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
