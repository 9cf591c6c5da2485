"""The encrypted file, and every question asked of it."""
