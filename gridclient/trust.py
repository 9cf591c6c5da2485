"""Whom a laptop trusts on the line: the certificate authority of its office, and no line that others can read.

Pure: it is handed the content of a file, or what somebody typed, and touches neither disk nor network.
"""

from dataclasses import dataclass
from datetime import date
import ipaddress
import re
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gridclient.errors import Unfit

LARGEST = 100_000  # bytes; a certificate has a few thousand
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_ASK = "请向社区内勤要单位的证书文件（CA，后缀多为 .pem 或 .crt）。"


@dataclass(frozen=True)
class Authority:
    """An office's certificate authority: its PEM text, its name, its last day, and what tells it from any other.

    ``fingerprint`` is the SHA-256 of the certificate, 16 groups of 4 hexadecimal digits, to be compared by eye.
    """

    pem: str
    name: str
    until: date
    fingerprint: str


def authority(content: bytes) -> Authority:
    """The one certificate in a file, PEM or DER; Unfit when there is none, more than one, or a private key beside it."""
    if b"PRIVATE KEY-----" in content[:LARGEST]:
        raise Unfit("这个文件里有私钥", f"私钥不应离开中心，请提醒社区内勤更换。{_ASK}")
    found = _CERTIFICATE.findall(content[:LARGEST])
    if len(found) > 1:
        raise Unfit("这个文件里有几张证书", f"请只要根证书那一张，这样才能核对指纹。{_ASK}")
    try:
        read = x509.load_pem_x509_certificate(found[0]) if found else x509.load_der_x509_certificate(content)
    except ValueError as error:
        raise Unfit("这不是证书文件", _ASK) from error
    return Authority(
        pem=read.public_bytes(Encoding.PEM).decode("ascii"),
        name=_called(read.subject),
        until=read.not_valid_after_utc.date(),
        fingerprint=in_groups(read.fingerprint(SHA256())),
    )


def in_groups(digest: bytes) -> str:
    """A digest as people read it to each other: ``1A2B 3C4D …``."""
    digits = digest.hex().upper()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def address_of(typed: str) -> str:
    """The address meant: encrypted unless somebody wrote otherwise; empty for nothing typed."""
    typed = typed.strip().rstrip("/")
    return typed if not typed or "://" in typed else f"https://{typed}"


def exposed(address: str) -> bool:
    """True for an address whose line others can read: not encrypted, and leading out of this computer."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() != "https" and bool(parts.hostname) and not _own(parts.hostname or "")
    except ValueError:  # no address at all, which whoever calls it will say
        return False


def _called(subject: x509.Name) -> str:
    common = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else subject.rfc4514_string()


def _own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
