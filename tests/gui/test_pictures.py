"""A picture keeps what one sees and nothing else: no place, no camera, no layer beneath."""

from pathlib import Path
import random
import struct

from hypothesis import given, settings, strategies as st
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage
import pytest

from gridclient.errors import Unfit
from gridclient.records.photo import THUMBNAIL_MOST
from gridclient.ui.pictures import LONGEST, from_bytes, from_file, from_image

PLACE = b"\x1c\x00\x00\x00\x01\x00\x00\x00"  # 28 degrees north, as a camera writes it
pytestmark = pytest.mark.usefixtures("qapp")


def noise(width: int, height: int) -> QImage:
    """The hardest thing to compress."""
    return QImage(
        random.Random(7).randbytes(width * height * 4), width, height, QImage.Format.Format_RGB32
    ).copy()


def halves(width: int = 400, height: int = 200) -> QImage:
    """Red on the left, blue on the right."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    for x in range(width // 2, width):
        for y in range(height):
            image.setPixelColor(x, y, QColor("blue"))
    return image


def encoded(image: QImage, kind: str = "JPEG") -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


def exif(orientation: int) -> bytes:
    """What a phone writes beside a picture: how it was held, and where it stood (GPSInfo with a latitude)."""
    entry = struct.Struct("<HHII")
    main = (
        struct.pack("<H", 2)
        + entry.pack(0x0112, 3, 1, orientation)
        + entry.pack(0x8825, 4, 1, 38)
        + b"\0" * 4
    )
    place = struct.pack("<H", 2) + entry.pack(1, 2, 2, ord("N")) + entry.pack(2, 5, 3, 68) + b"\0" * 4
    tiff = b"II*\0" + struct.pack("<I", 8) + main + place + PLACE * 3
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def from_phone(orientation: int, image: QImage | None = None) -> bytes:
    plain = encoded(image or halves())
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(b"an invented note")) + b"an invented note"
    return plain[:2] + exif(orientation) + comment + plain[2:]


def shown(data: bytes) -> QImage:
    image = QImage.fromData(data)
    assert not image.isNull()
    return image


def test_where_a_picture_was_taken_is_not_kept() -> None:
    data = from_phone(1)
    assert PLACE in data

    kept = from_bytes(data)

    for part in (kept.data, kept.thumbnail):
        assert b"Exif" not in part
        assert PLACE not in part
        assert b"invented" not in part
        assert b"\xff\xe1" not in part[:64]
        assert shown(part).textKeys() == []


def test_texts_and_colour_profiles_inside_a_picture_are_not_kept() -> None:
    image = halves()
    image.setText("Author", "an invented name")
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))

    kept = from_bytes(encoded(image, "PNG"))

    assert b"invented" not in kept.data
    assert b"ICC_PROFILE" not in kept.data


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [(1, (400, 200), "left"), (3, (400, 200), "right"), (6, (200, 400), "top"), (8, (200, 400), "bottom")],
)
def test_a_picture_stands_upright_however_the_phone_was_held(
    orientation: int, size: tuple[int, int], red: str
) -> None:
    kept = from_bytes(from_phone(orientation))

    image, (width, height) = shown(kept.data), size
    places = {
        "left": (5, height // 2),
        "right": (width - 5, height // 2),
        "top": (width // 2, 5),
        "bottom": (width // 2, height - 5),
    }
    assert (kept.width, kept.height) == (image.width(), image.height()) == size
    assert image.pixelColor(*places[red]).red() > 200
    assert sum(image.pixelColor(*place).red() > 200 for place in places.values()) in (1, 3)


@settings(max_examples=12)
@given(width=st.integers(1, 2400), height=st.integers(1, 2400))
def test_no_picture_is_larger_than_it_may_be(width: int, height: int) -> None:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)

    kept = from_image(image)

    assert 1 <= kept.width <= LONGEST
    assert 1 <= kept.height <= LONGEST
    assert max(kept.width, kept.height) == min(LONGEST, max(width, height))
    assert len(kept.thumbnail) <= THUMBNAIL_MOST


def test_even_noise_fits_into_a_thumbnail() -> None:
    kept = from_image(noise(1200, 900))

    assert len(kept.thumbnail) <= THUMBNAIL_MOST
    assert shown(kept.thumbnail).width() >= 80


def test_a_large_file_is_made_small() -> None:
    kept = from_bytes(from_phone(6, halves(4000, 2000)))

    assert (kept.width, kept.height) == (800, 1600)
    assert len(kept.data) < 200_000


def test_glass_becomes_white_and_not_black() -> None:
    image = QImage(20, 20, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)

    assert shown(from_image(image).data).pixelColor(10, 10) == QColor("white")


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x00" * 50])
def test_what_is_no_picture_is_told_in_words(data: bytes) -> None:
    with pytest.raises(Unfit, match="打不开"):
        from_bytes(data)


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="读不出来"):
        from_file(tmp_path / "没有.jpg")


def test_a_file_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "IMG 1.png").write_bytes(from_phone(1))

    assert from_file(tmp_path / "IMG 1.png").width == 400


def test_every_format_offered_can_be_read() -> None:
    from PySide6.QtGui import QImageReader

    from gridclient.ui.pictures import ENDINGS

    known = {bytes(kind.data()).decode() for kind in QImageReader.supportedImageFormats()}
    assert set(ENDINGS) <= known
    assert QGuiApplication.instance() is not None
