"""The dials and the series to choose from, each with what it is called and its picture (`Turnable` in the contract).

Knows records and the assets' URLs; knows nothing of Streamlit.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from live.library import digest_of
from live.titles import distinct
from live.words import t
from models.errors import InputError
from models.model_series import Lined
from models.run import Run
from ui.assets import picture_urls
from ui.page import shown_order
from ui.series_data import origin_of, series_title


def turnables(runs: Sequence[Run], lines: Sequence[Lined]) -> list[dict[str, Any]]:
    """The dials among these runs, and then the series; one whose picture can't be read is left out."""
    dials = list(filter(is_dial, shown_order(runs)))
    titles = distinct({run.run_id: _title(run) for run in dials})
    offered = [(run.run_id, titles[run.run_id], run, False) for run in dials]
    called = Counter(map(series_title, lines))
    for lined in lines:
        name, title = lined.series.name, series_title(lined)
        title = title if called[title] == 1 else t("series.named", title=title, name=name)
        offered.append((name, title, origin_of(lined)[1], True))
    rows = []
    for name, title, run, is_series in offered:
        try:
            picture = picture_urls(run.run_id, digest_of(run.run_id))["manifold"]
        except InputError:
            continue
        rows.append({"id": name, "title": title, "picture": picture, "series": is_series})
    return rows


def is_dial(run: Run) -> bool:
    """Whether the model can be turned."""
    return run.model.dial is not None


def _title(run: Run) -> str:
    key = "dial.of.lambda" if run.model.dial and run.model.dial.axis == "lambda" else "dial.of"
    return t(key, data=run.data.title, count=run.model.latent_dim)
