"""What the view of a film is told besides (`FilmData` in live/contract.d.ts): its kept epochs, and what all measured.

Knows the library; knows nothing of Streamlit.
"""

from typing import Any

from live.library import OpenModel, film
from ui.job_assets import as_recorded, epoch_row, second_term


def film_data(opened: OpenModel) -> dict[str, Any]:
    """Which epochs were kept, and a row an epoch: number, log p(x|z) and the other term on training and test set.

    Raises InputError where none were kept.
    """
    run = opened.checkpoint.run
    rows = [epoch_row(record) for record in as_recorded(opened.checkpoint.history, run)]
    return {"epochs": list(film(opened).values), "history": rows, "second": second_term(run.model.stochastic)}
