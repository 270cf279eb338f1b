"""Executors: order, merging in one fixed tree, few parts ahead, cancelling."""

import threading
from collections.abc import Iterator

import pytest

from skipgram_audit.computing.execution import AHEAD, LocalExecutor, all_of, in_order, reduced


def silent(_fraction: float) -> None:
    pass


def named(number: int) -> str:
    return str(number)


def in_brackets(first: str, second: str) -> str:
    return f"({first} {second})"


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_tree_depends_on_the_number_of_parts_alone(workers: int) -> None:
    executor = LocalExecutor(workers)
    trees = [
        reduced(executor, named, in_brackets, ((part,) for part in range(count)), count, silent) for count in (1, 4, 7)
    ]
    assert trees == ["0", "((0 1) (2 3))", "(((0 1) (2 3)) ((4 5) 6))"]


def test_results_come_in_order_and_parts_are_drawn_a_few_ahead() -> None:
    drawn: list[int] = []

    def parts() -> Iterator[tuple[int]]:
        for part in range(50):
            drawn.append(part)
            yield (part,)

    fractions: list[float] = []
    results = in_order(LocalExecutor(2), named, parts(), 50, fractions.append)
    assert next(results) == "0"
    assert len(drawn) == 2 * AHEAD
    assert list(results) == [str(part) for part in range(1, 50)]
    assert fractions[-1] == 1.0
    assert fractions == sorted(fractions)


def test_submitted_work_is_an_argument_in_the_place_of_its_result() -> None:
    executor = LocalExecutor(1)
    last = executor.submit(named, 0)
    for _ in range(20):
        last = executor.submit(in_brackets, last, executor.submit(named, 1))
    assert last.result().count("1") == 20


def test_a_progress_that_raises_cancels_what_waits() -> None:
    class Stop(Exception):
        pass

    go = threading.Event()
    begun: list[int] = []

    def held(number: int) -> str:
        begun.append(number)
        go.wait(5)
        return str(number)

    def stop(_fraction: float) -> None:
        go.set()
        raise Stop

    executor = LocalExecutor(1)
    with pytest.raises(Stop):
        list(in_order(executor, held, ((part,) for part in range(9)), 9, stop))
    with pytest.raises(Stop):
        reduced(executor, held, in_brackets, ((part,) for part in range(9)), 9, stop)
    executor.submit(named, 0).result()
    assert len(begun) < 9


def test_the_first_failure_is_raised() -> None:
    def refuse() -> str:
        raise ValueError("no")

    executor = LocalExecutor(1)
    with pytest.raises(ValueError, match="no"):
        all_of(executor, [executor.submit(named, 1), executor.submit(refuse), executor.submit(named, 2)])
    assert all_of(executor, [executor.submit(named, part) for part in (3, 1, 2)]) == ["3", "1", "2"]
