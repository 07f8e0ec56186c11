"""The cases of a property depend on its strategy and a key, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from grader.errors import AssignmentError, HarnessFault
from grader.grading import cases
from grader.keys import CasesKey, GradingKeys, public_keys


def key(number: int) -> CasesKey:
    """Return another key for every number."""
    return CasesKey(number.to_bytes(32, "big"))


def property_over(strategy: st.SearchStrategy[int]) -> Callable[..., None]:
    """Return a new property; its body must not run."""

    @given(n=strategy)
    @example(n=-7)
    def test_any(student: object, n: int) -> None:
        raise AssertionError("generating cases runs no check")

    return test_any


def drawn(function: Callable[..., None], number: int) -> list[int]:
    """Return the numbers that are drawn for a property under a key."""
    cases.prepare(function, key(number))
    return [case["n"] for case in cases.generate(function, key(number), {"student": None})]


def test_a_key_decides_the_cases() -> None:
    """The same key gives the same cases, another one others."""
    numbers = st.integers(0, 10**9)
    first, again, other = (drawn(property_over(numbers), number) for number in (101, 101, 102))

    assert first == again
    assert first != other


def test_every_bit_of_a_key_decides() -> None:
    """Two keys that differ in their first bit alone give other cases: no part of a key goes unused."""
    assert drawn(property_over(st.integers(0, 10**9)), 110) != drawn(property_over(st.integers(0, 10**9)), 110 + 2**255)


def test_cases_are_many_and_fixtures_are_no_part_of_them() -> None:
    """Explicit examples come first, then as many cases as a property has; the student is not one of them."""
    function = property_over(st.integers(0, 10**9))
    cases.prepare(function, key(103))
    generated = cases.generate(function, key(103), {"student": None})

    assert [set(case) for case in generated] == [{"n"}] * (cases.CASES_PER_PROPERTY + 1)
    assert generated[0] == {"n": -7}
    assert len({case["n"] for case in generated}) > cases.CASES_PER_PROPERTY // 2


def test_few_possible_cases_are_each_drawn_once() -> None:
    """A strategy with three values gives three cases and the example."""
    assert sorted(drawn(property_over(st.sampled_from([1, 2, 3])), 104)) == [-7, 1, 2, 3]


def test_two_properties_of_one_name_have_their_own_cases() -> None:
    """Checks of the same name in two assignments do not get each other's cases."""
    small, large = (drawn(property_over(st.integers(low, low + 5)), 105) for low in (0, 100))

    assert max(small) <= 5
    assert max(large) >= 100


def test_generating_leaves_the_property_as_it_was() -> None:
    """After its cases are drawn a property still runs its own body."""
    function = property_over(st.integers())
    drawn(function, 106)

    with pytest.raises(AssertionError, match="generating cases runs no check"):
        function.hypothesis.inner_test(student=None, n=1)  # type: ignore[attr-defined]


def test_a_property_may_be_prepared_for_many_gradings() -> None:
    """Preparing a property again, under another key, is no error."""
    function = property_over(st.integers(0, 10**9))

    assert drawn(function, 107) != drawn(function, 108)


def test_settings_of_a_property_are_not_its_own() -> None:
    """A check with @settings is an error of the assignment, by name."""

    @settings(max_examples=5)
    @given(n=st.integers())
    def test_own(n: int) -> None: ...

    with pytest.raises(AssignmentError, match="`test_own` uses @settings; those of a check come from the grading"):
        cases.prepare(test_own, key(1))


def test_filters_apply_to_cases() -> None:
    """What a strategy filters away is no case; what a body assumes is decided when it runs."""

    @given(n=st.integers(0, 1000).filter(lambda n: n % 2))
    def test_odd(n: int) -> None:
        assume(n > 500)

    cases.prepare(test_odd, key(109))
    numbers = [case["n"] for case in cases.generate(test_odd, key(109), {})]
    assert all(n % 2 for n in numbers)
    assert any(n <= 500 for n in numbers)


def test_gradings_and_checks_have_cases_of_their_own() -> None:
    """Gradings and checks each ask their own questions, and the same ones again."""
    keys = {GradingKeys.of(str(seed)).of_check(name).cases for seed in range(50) for name in ("a", "b")}

    assert len({key.number for key in keys}) == 100
    one, again = (GradingKeys.of("7").of_check("a").cases for _ in range(2))
    assert one.number == again.number


def test_a_hypothesis_that_draws_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key must ask the same questions: where that cannot be seen to, no question is asked."""
    monkeypatch.delattr(providers, "_get_local_constants")

    with pytest.raises(
        HarnessFault, match=r"Hypothesis [\d.]+ draws constants in another way than the releases that this"
    ):
        cases.prepare(lambda n: None, public_keys("any").cases)
