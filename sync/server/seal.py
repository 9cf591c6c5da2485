"""What the centre keeps without being able to show it by accident: AES-GCM under a key made from its secret."""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import Refused

NONCE = 12  # bytes


class Seal:
    """Closes and opens with one secret; ``about`` says what is sealed, so that nothing opens in another's place."""

    def __init__(self, secret: str) -> None:
        self._key = HKDF(hashes.SHA256(), 32, salt=None, info=b"gridhub quarantine").derive(secret.encode())

    def closed(self, data: bytes, about: str) -> bytes:
        """What is stored of ``data``."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, data, about.encode())

    def opened(self, stored: bytes, about: str) -> bytes:
        """What was sealed; Refused when it was closed with another secret or has been altered."""
        try:
            return AESGCM(self._key).decrypt(stored[:NONCE], stored[NONCE:], about.encode())
        except InvalidTag as error:
            raise Refused("封存的内容打不开", "密钥不是当时的那一个，或内容已损坏。") from error

    def mark(self, fingerprint: str) -> str:
        """A fingerprint that only somebody with the secret can compute: 64 hexadecimal digits."""
        return hmac.new(self._key, fingerprint.encode(), "sha256").hexdigest()
