"""What goes into so many bytes: the largest models are rounded first, and only as many as it takes."""

from exports.fitting import Fitted, Weighed, fitted

MODELS = {"small": Weighed(200, 120), "large": Weighed(1800, 900)}
BOTH = frozenset(MODELS)


def test_where_all_fit_nothing_is_rounded() -> None:
    assert fitted(MODELS, 2000) == Fitted(("small", "large"))


def test_what_saves_most_is_rounded_first_and_no_more_than_it_takes() -> None:
    assert fitted(MODELS, 1999).rounded == {"large"}
    assert fitted(MODELS, 1100).rounded == {"large"}
    assert fitted(MODELS, 1099) == Fitted(("small", "large"), BOTH)
    assert fitted(MODELS, 1020) == Fitted(("small", "large"), BOTH)


def test_what_does_not_fit_even_rounded_stays_out_and_the_first_go_in_first() -> None:
    assert fitted(MODELS, 1019) == Fitted(("small",), frozenset({"small"}), ("large",))
    turned = dict(reversed(MODELS.items()))
    assert fitted(turned, 1019) == Fitted(("large",), frozenset({"large"}), ("small",))
    assert fitted(turned, 9) == Fitted((), frozenset(), ("large", "small"))


def test_what_rounding_makes_no_smaller_stays_as_it_is() -> None:
    assert fitted({"one": Weighed(10, 12), "two": Weighed(5, 5)}, 11) == Fitted(("one",), frozenset(), ("two",))
