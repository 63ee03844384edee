"""About a series: who trained its models and how, with each model's numbers and seed; whoever sits at the server's own
computer removes one that was made here.

Knows Streamlit and the models' records; knows nothing of what the view of a series draws.
"""

from collections.abc import Iterator

import streamlit as st

from live.words import at_most, duration, nats, number, refusal, t
from models import gallery
from models.errors import InputError
from models.model_series import ModelSeries, is_shipped_series, remove_series
from models.run import Run
from published.programs import program_of
from ui import state, switches
from ui.series_data import OpenSeries
from ui.text import for_markdown

COLUMNS = ("value", "elbo", "copy", "kl", "seed", "epochs", "time")


def about_series(found: OpenSeries) -> None:
    """The unfolding "About these models"."""
    runs = [opened.checkpoint.run for _, opened in found.steps]
    with st.expander(t("series.about.title")):
        st.markdown(" ".join(_origins(runs)))
        if commands := list(_commands(runs)):
            st.code("\n".join(commands), language=None)
        st.markdown(_table([_row(value, opened.checkpoint.run) for value, opened in found.steps]))
        st.caption(t("series.about.numbers", images=runs[0].data.test_count, count=len(runs)))
        if switches.is_operator() and not is_shipped_series(found.lined.series):
            st.button(t("series.remove"), on_click=_remove, args=(found.lined.series,), help=t("series.remove.help"))


def _remove(series: ModelSeries) -> None:
    try:
        remove_series(series)
    except InputError as error:
        state.notice(refusal(error))
        return
    state.forget({"series"})
    st.query_params.pop("series", None)


def _origins(runs: list[Run]) -> Iterator[str]:
    programs = {program.citation for run in runs if (program := program_of(run))}
    if any(program_of(run) is None for run in runs):
        shipped = all(gallery.is_shipped(run.run_id) for run in runs)
        yield t("series.about.shipped") if shipped else t("series.about.here")
    if any(run.begun_from for run in runs):
        yield t("series.about.chain")
    for citation in sorted(programs):
        yield t("series.about.program", source=for_markdown(citation))


def _commands(runs: list[Run]) -> Iterator[str]:
    """What trains them again; of a model that somebody trained on the page there is none."""
    ours = [run.run_id for run in runs if program_of(run) is None and gallery.is_shipped(run.run_id)]
    if ours:
        yield t("series.about.again", names=" ".join(ours))
    for run in runs:
        if program_of(run):
            yield t("series.about.reproduce", program=str(run.program))


def _row(value: float, run: Run) -> list[str]:
    test, kl = run.test, run.test.kl
    return [
        at_most(value, 2), nats(test.elbo), nats(test.log_likelihood), nats(sum(kl)) if kl else nats(None),
        str(run.training.seed), number(run.epochs_done), duration(run.seconds),
    ]  # fmt: skip


def _table(rows: list[list[str]]) -> str:
    head = [t(f"series.about.{name}") for name in COLUMNS]
    lines = [head, ["---:"] * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
