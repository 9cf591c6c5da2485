"""Work in which many plain values come and go, none of which is garbage in a circle."""

from collections.abc import Iterator
from contextlib import contextmanager
import gc

MANY = 200_000  # objects; a large message has about as many


@contextmanager
def bulk() -> Iterator[None]:
    """Let the garbage collector wait: it would go through everything this program holds, again and again.

    For stretches of a second at most. Threads may be in it at once: whoever stopped the collector starts it again.
    """
    stopped = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if stopped:
            gc.enable()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the garbage collector look on only after :data:`MANY` new things: for a program that reads messages all day."""
    first, *others = gc.get_threshold()
    gc.set_threshold(MANY, *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)
