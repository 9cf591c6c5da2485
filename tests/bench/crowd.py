"""Many laptops at once: a process each, prepared one by one, started together and timed as a whole."""

from collections.abc import Callable
import multiprocessing
import time

Step = Callable[[], object]
PATIENCE_S = 120


def timed(prepare: Callable[[int], list[Step]], laptops: int) -> list[float]:
    """Seconds each step took until every laptop was through with it.

    ``prepare(n)`` runs in the process of laptop ``n`` and gives its steps, as many for each. Processes are forked, so
    the caller has no threads and no open database of its own.
    """
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(laptops + 1)
    failures = fork.SimpleQueue()
    steps = fork.Value("i", 0)
    workers = [fork.Process(target=_laptop, args=(prepare, n, gate, steps, failures)) for n in range(laptops)]
    for worker in workers:
        worker.start()
    try:
        return _lap_times(gate, steps)
    finally:
        for worker in workers:
            worker.join(PATIENCE_S)
            worker.kill()
        if not failures.empty():
            raise RuntimeError(failures.get())


def _lap_times(gate, steps) -> list[float]:  # type: ignore[no-untyped-def] # what a context makes has no public name
    gate.wait(PATIENCE_S)
    laps = []
    for _ in range(steps.value):
        start = time.perf_counter()
        gate.wait(PATIENCE_S)
        laps.append(time.perf_counter() - start)
    return laps


def _laptop(prepare, number, gate, steps, failures) -> None:  # type: ignore[no-untyped-def] # same
    try:
        own = prepare(number)
        steps.value = len(own)
        gate.wait(PATIENCE_S)
        for step in own:
            step()
            gate.wait(PATIENCE_S)
    except BaseException as error:
        failures.put(f"{type(error).__name__}: {error} ({error.__cause__!r})")
        gate.abort()
        raise
