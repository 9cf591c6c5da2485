"""What several tests lean on: the guards, the loop, typing as an input method does."""
