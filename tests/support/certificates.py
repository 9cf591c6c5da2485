"""Invented certificate authorities, and certificates for a centre on this computer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """An authority: its key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def private(self) -> bytes:
        return _private(self.key)


def office(name: str = "Invented office") -> Office:
    """A new authority that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), key, _name(name)).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    return Office(key, builder.sign(key, hashes.SHA256()))


def centre(of: Office, folder: Path, *, host: str = "127.0.0.1", ended: bool = False) -> tuple[str, str]:
    """Paths of a certificate and of its key for a centre at ``host``, from an authority; ``ended`` yesterday."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("Invented centre"), key, of.certificate.subject, ended=ended).add_extension(
        x509.SubjectAlternativeName([_host(host)]), critical=False
    )
    certificate, private = folder / "centre.pem", folder / "centre.key"
    certificate.write_bytes(builder.sign(of.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private.write_bytes(_private(key))
    return str(certificate), str(private)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, *, ended: bool = False
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * DAY)
        .not_valid_after(now - DAY if ended else now + DAY)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
