"""Cleaning pages one after the other or in worker processes; the results come in the order of the inputs."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from cleaner.batch.inputs import Input, reason
from cleaner.errors import CleanerError
from cleaner.pipeline import Cleaned, clean
from cleaner.settings import Settings
from cleaner.settling import Decisions

AHEAD = 4
"""Pages handed out for each worker before their results are asked for."""

COLLECTED = 20_000
"""Objects that are made before Python looks for rings of them again; with its own 700 it spends a twentieth of the time on that."""

THREADS = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"
"""What tells numpy's libraries how many threads to use. Of several workers each gets one, unless somebody has said otherwise: a page's products are too
small to share out, and on two cores two workers with two threads each take 7 % more time."""

_decisions: Decisions = {}


@dataclass(frozen=True)
class Task:
    """One page and the settings it is cleaned under; `data` are the bytes of standard input."""

    input: Input
    settings: Settings
    data: bytes | None = None


@dataclass(frozen=True)
class PageResult:
    """What became of one page: a cleaned page, or an error in one line (with its traceback when unexpected)."""

    input: Input
    cleaned: Cleaned | None = None
    error: str = ""
    trace: str = ""


def run(tasks: Iterable[Task], jobs: int, decisions: Decisions) -> Generator[PageResult, None, None]:
    """Clean pages in `jobs` processes; any number gives the same results in the same order.

    Close the iterator (`contextlib.closing`) to be sure that no worker outlives it.
    """
    if jobs <= 1:
        _start(decisions)
        yield from map(clean_page, tasks)
        return
    waiting = iter(tasks)
    pool = _pool(jobs, decisions)
    handed: deque[tuple[Task, Future[PageResult]]] = deque()
    try:
        while True:
            while len(handed) < jobs * AHEAD and (task := next(waiting, None)) is not None:
                handed.append((task, _submit(pool, task)))
            if not handed:
                break
            task, future = handed.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                yield _alone(task, decisions)
                pool = _pool(jobs, decisions)
                handed = deque((later, _submit(pool, later)) for later, _ in handed)
        pool.shutdown()
    finally:
        for child in multiprocessing.active_children():
            child.terminate()
        pool.shutdown(cancel_futures=True)  # waits for the pool's own thread: at the end of the process it would trip over its closed pipes


def clean_page(task: Task) -> PageResult:
    """Clean one page; whatever goes wrong with it stays with it."""
    page = task.input
    try:
        data = page.path.read_bytes() if page.path else task.data or b""
        return PageResult(page, clean(data, task.settings, _decisions, name=page.name))
    except CleanerError as error:
        return PageResult(page, error=f"{page.shown}: {str(error).removeprefix(f'{page.name}: ')}")
    except OSError as error:
        return PageResult(page, error=f"{page.shown}: {reason(error)}")
    except Exception as error:  # noqa: BLE001  the per-file boundary: one bad page never stops the others
        cause = " ".join(f"{type(error).__name__}: {error}".split())
        return PageResult(page, error=f"{page.shown}: internal error: {cause}", trace=traceback.format_exc())


def _alone(task: Task, decisions: Decisions) -> PageResult:
    """Clean a page in a process of its own, after one in whose company it was lost has died."""
    try:
        with _pool(1, decisions) as pool:
            return _submit(pool, task).result()
    except BrokenProcessPool:
        return PageResult(task.input, error=f"{task.input.shown}: internal error: the worker process died")


def _pool(jobs: int, decisions: Decisions) -> ProcessPoolExecutor:
    for name in THREADS:
        os.environ.setdefault(name, "1")  # a worker is a new process, and reads it before it loads numpy
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(decisions,))


def _start(decisions: Decisions) -> None:
    """Make a process ready, and give it the decisions, once instead of with every page."""
    global _decisions
    gc.set_threshold(COLLECTED)
    _decisions = decisions


def _submit(pool: ProcessPoolExecutor, task: Task) -> Future[PageResult]:
    with _interrupts_held():
        return pool.submit(clean_page, task)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while workers start: they inherit the mask, so that the main process alone answers it."""
    if sys.platform == "win32":
        yield
        return
    earlier = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
