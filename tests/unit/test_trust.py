"""Whom a laptop trusts: one certificate that can be compared by eye, and no line others can read."""

import pytest

from gridclient.errors import Unfit
from gridclient.trust import address_of, authority, exposed, in_groups
from tests.support import certificates


def test_a_certificate_is_read_in_either_form() -> None:
    office = certificates.office()

    text, binary = authority(office.pem), authority(office.der)

    assert text == binary
    assert text.pem.encode() == office.pem
    assert text.name == "Invented office"


def test_a_fingerprint_is_sixteen_groups_of_four_and_the_same_as_elsewhere() -> None:
    office = certificates.office()
    digest = office.certificate.fingerprint(certificates.hashes.SHA256())

    shown = authority(office.pem).fingerprint

    assert [len(group) for group in shown.split()] == [4] * 16
    assert bytes.fromhex(shown) == digest
    assert in_groups(b"\x0a\xff\x00\x01") == "0AFF 0001"


def test_text_around_a_certificate_does_not_matter() -> None:
    office = certificates.office()

    assert authority(b"Bag Attributes\r\n" + office.pem + b"\n\n") == authority(office.pem)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Unfit, match="不是证书"):
        authority(content)


def test_a_private_key_is_not_taken_for_a_certificate() -> None:
    office = certificates.office()

    with pytest.raises(Unfit, match="私钥"):
        authority(office.pem + office.private)


def test_two_certificates_cannot_be_compared_by_one_fingerprint() -> None:
    with pytest.raises(Unfit, match="几张"):
        authority(certificates.office().pem + certificates.office("Somebody else").pem)


@pytest.mark.parametrize(
    ("address", "open_line"),
    [
        ("http://hub.example:8765", True),
        ("http://192.168.1.5", True),
        ("HTTP://hub.example", True),
        ("https://hub.example", False),
        ("http://127.0.0.1:8765", False),
        ("http://127.9.9.9", False),
        ("http://localhost:8765", False),
        ("http://[::1]:8765", False),
        ("http://127.0.0.1.example.org", True),
        ("http://localhost.example.org", True),
        ("ftp://hub.example", True),
        ("", False),
        ("http://[::1", False),
    ],
)
def test_a_line_others_can_read_is_told_from_one_they_cannot(address: str, open_line: bool) -> None:
    assert exposed(address) is open_line


def test_an_address_without_more_is_meant_encrypted() -> None:
    assert address_of(" hub.example:8765/ ") == "https://hub.example:8765"
    assert address_of("http://hub.example") == "http://hub.example"
    assert address_of("") == ""
