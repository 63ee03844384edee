"""Measurements and their table: digits as far as the error goes, gaps with their reason."""

import pytest

from analysis.measurement import COLUMNS, Group, Measurement, Quantity, measurement_table
from analysis.metrics.mean_with_error import MeanWithError
from models.errors import InputError, Reason

ONE, TWO = Quantity("one", "First", "nats", "A paper"), Quantity("two", "Second", "share")


def measured(value: float, error: float | None = None) -> Measurement:
    return Measurement("one", "First", value, error, "nats", "A paper")


def rows_of(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines[2:]]


def test_a_group_gives_a_number_to_each_of_its_quantities():
    first, second = Group((ONE, TWO), lambda: (MeanWithError(1.5, 0.25), 0.75)).measurements()
    assert first == measured(1.5, 0.25)
    assert second == Measurement("two", "Second", 0.75, None, "share", "")
    with pytest.raises(ValueError, match="zip"):
        Group((ONE, TWO), lambda: (1.0,)).measurements()


def test_a_group_that_is_not_defined_has_a_reason_instead():
    def refuse() -> tuple[float, ...]:
        raise InputError("measure.no_value")

    found = Group((ONE, TWO), refuse).measurements()
    assert [(row.key, row.value, row.error, row.reason) for row in found] == [
        ("one", None, None, Reason("measure.no_value")), ("two", None, None, Reason("measure.no_value")),
    ]  # fmt: skip
    text = measurement_table([*found, measured(1.5)], lambda reason: f"There is none ({reason.code}).")
    assert [row[1] for row in rows_of(text)] == ["—", "—", "1.5000"]
    assert text.count("There is none (measure.no_value).") == 1
    assert text.endswith("—: There is none (measure.no_value).\n")


@pytest.mark.parametrize(("value", "error", "cells"), [
    (-133.7512, 2.2008, ["-133.8", "2.2"]),
    (5.81194, 0.03661, ["5.812", "0.037"]),
    (0.04871, 0.00052, ["0.04871", "0.00052"]),
    (12345.6, 210.0, ["12,346", "210"]),
    (0.5, 1e-12, ["0.50000000", "0.00000000"]),
    (1.0, 0.0, ["1.0000", "0.0000"]),
    (-0.00001, None, ["0.0000", "—"]),
    (2.0, None, ["2", "—"]),
])  # fmt: skip
def test_a_number_has_two_digits_of_its_error(value, error, cells):
    [row] = rows_of(measurement_table([measured(value, error)]))
    assert row == ["First", *cells, "nats", "A paper"]


def test_the_head_names_the_columns_and_no_row_is_no_row():
    assert measurement_table([]).splitlines() == [
        "| " + " | ".join(COLUMNS) + " |",
        "| --- | ---: | ---: | --- | --- |",
    ]
