"""Passwords and tokens at rest: Argon2id and SHA-256, both keyed with the centre's secret.

A stolen copy of the database alone can neither be searched for passwords nor given a token that the centre accepts.
"""

from functools import cached_property
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and checks with one secret; the cost is Argon2's recommended one unless told."""

    def __init__(self, secret: str, hasher: PasswordHasher | None = None) -> None:
        self._secret = secret.encode()
        self._hasher = hasher or PasswordHasher()

    def hashed(self, password: str) -> str:
        """What is stored of a password."""
        return self._hasher.hash(self._keyed("password", password))

    def match(self, stored: str | None, password: str) -> bool:
        """True when this is the password; an unknown account (None) takes as long as a wrong password."""
        nobody = self._nobody  # made at the first question, whoever it is about
        try:
            self._hasher.verify(stored or nobody, self._keyed("password", password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def token_hash(self, token: str) -> str:
        """What is stored of a token, 64 hexadecimal digits."""
        return self._keyed("token", token)

    @cached_property
    def _nobody(self) -> str:
        return self.hashed(secrets.token_hex())

    def _keyed(self, purpose: str, word: str) -> str:
        told = f"{purpose}\x00{word}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, told, "sha256").hexdigest()


def new_token() -> str:
    """A token for one laptop: 256 random bits, safe in a header."""
    return secrets.token_urlsafe(32)
