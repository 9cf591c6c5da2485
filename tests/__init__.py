"""Tests: what the program promises, one sentence each."""
