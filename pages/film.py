"""Film: a training looked back at, epoch by epoch: map, samples, curves, and the decoder under the pointer."""

from typing import Any

from ui.job_assets import epoch_row, second_term
from ui.library import OpenModel, film, has_film
from ui.live_page import live_page


def epochs_of(opened: OpenModel) -> dict[str, Any]:
    """Which epochs were kept, and a row an epoch: number, log p(x|z) and the other term on training and test set."""
    rows = [epoch_row(record) for record in opened.checkpoint.history]
    second = second_term(opened.checkpoint.run.model.stochastic)
    return {"epochs": list(film(opened).numbers), "history": rows, "second": second}


live_page(
    "film",
    "Play the film, then drag the epochs by hand: when do the classes part?",
    ("z", "class", "epoch"),
    fits=has_film,
    more=epochs_of,
)
