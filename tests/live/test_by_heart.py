"""When a model is said to have learnt its images by heart."""

import pytest

from live.by_heart import best_epoch
from models.run import EpochRecord, Metrics


def history(*pairs: tuple[float, float]) -> tuple[EpochRecord, ...]:
    """log p(x|z) of training and of test images after each epoch."""
    return tuple(
        EpochRecord(number, 1.0, 1e-3, 1.0, 0.0, *(Metrics(value, None, None, None) for value in pair))
        for number, pair in enumerate(pairs, 1)
    )


@pytest.mark.parametrize(("pairs", "epoch"), [
    ([(-200, -210), (-180, -190), (-150, -200)], 2),
    ([(-200, -210), (-180, -200), (-150, -201)], None),  # less than a hundredth
    ([(-200, -210), (-180, -200), (-150, -190)], None),
    ([(-200, -210), (-150, -190), (-180, -220)], None),  # both are worse: the prior costs more, or it ran away
    ([(900, 800), (1200, 1000), (1500, 900)], 2),  # densities may be above 1
    ([(-200, -210)], None),
    ([], None),
])  # fmt: skip
def test_from_when_on_it_learns_by_heart(pairs: list[tuple[float, float]], epoch: int | None) -> None:
    assert best_epoch(history(*pairs)) == epoch
    assert best_epoch(history(*pairs), kept=epoch or 1) is None, (
        "what came after the kept epoch is no part of the model"
    )
