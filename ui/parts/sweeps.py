"""The sweeps of this server: what became of each, as a matrix of maps, and what can be done with it.

Knows Streamlit, sweeps and the library; knows nothing of the form.
"""

import functools
from collections import Counter
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from jobs.job import CANCEL, RESUME, Job
from live.library import all_runs, open_model
from live.words import number, refusal, t
from models.errors import InputError
from models.model_series import AXES, MOST, ModelSeries, add_series
from models.run import Run
from training.snapshot import TrainingSnapshot
from training.sweep import SETTINGS, Training, Value, sweeps_of, to_csv, trainings_of, varied
from ui import jobs, page, state, switches
from ui.assets import codes_url
from ui.compared import FEWEST
from ui.job_assets import map_url
from ui.live_view import live_sweep
from ui.parts import sweep_form, ticks
from ui.parts.before import is_dark
from ui.sweep_data import Made, planes_of
from ui.text import for_html, for_markdown

EVERY = 2.0  # seconds, as long as one can go on


def places() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the form of a sweep and the list are to stand.

    They are made before the page's slow parts: a run that is broken off leaves a page that ends there, and the list,
    which is drawn again by itself, must find its place in it.
    """
    return st.container(), st.container(key="sweeps-list")


def show(asked: DeltaGenerator, listed: DeltaGenerator) -> None:
    """The section, for whoever sits at the server's own computer; nothing for everybody else."""
    if not switches.is_operator():
        return
    with asked:
        for note in jobs.place_notes():
            st.info(for_markdown(refusal(note)))
        sweep_form.show()
    with listed:
        moves = any(job.sweep and not job.ended_for_good for job in jobs.service().jobs())
        st.fragment(_list, run_every=EVERY if moves else None)()


def _list() -> None:
    for name, own in sweeps_of(jobs.service().jobs()).items():
        _show(name, own)


def _show(name: str, own: Sequence[Job]) -> None:
    trainings = [(training, training.run(jobs.service().folder)) for training in trainings_of(own)]
    counts = Counter(training.status(run) for training, run in trainings)
    told = ", ".join(t("sweep.count", count=count, status=t(f"job.{status}")) for status, count in counts.items())
    with st.container(border=True, key=f"sweep-box-{name}"):
        st.markdown(t("sweep.heading", name=for_markdown(name), told=told))
        st.caption(t("sweep.score"))
        st.html(_matrix(trainings))
        _planes(name, trainings)
        with st.container(horizontal=True):
            _commands(name, own)
            _ways_on(name, own, trainings)


def _planes(name: str, trainings: Made) -> None:
    planes = list(planes_of(trainings))
    for plane in planes:
        of = "-".join(str(value) for _, value in plane.of)
        if plane.of:
            st.caption(for_markdown(", ".join(_valued(*setting) for setting in plane.of)))
        live_sweep(f"{name}-{of}", plane.axis, plane.marks)
    if planes:
        st.caption(t("sweep.plane"))


def _commands(name: str, own: Sequence[Job]) -> None:
    going = [job for job in own if job.active]
    waiting = [job for job in own if not job.active and not job.ended_for_good]
    if going:
        st.button(t("sweep.stop"), key=f"stop-{name}", on_click=_command, args=(going, CANCEL))
    elif waiting:
        st.button(t("sweep.resume"), key=f"resume-{name}", on_click=_command, args=(waiting, RESUME))
    if not going:
        st.button(t("sweep.remove"), key=f"remove-{name}", on_click=_remove, args=(name,), help=t("sweep.remove.help"))


def _command(some: Sequence[Job], command: str) -> None:
    try:
        for job in some:
            jobs.service().command(job.job_id, command)
    except InputError as error:
        state.notice(refusal(error))


def _remove(name: str) -> None:
    try:
        jobs.service().remove_sweep(name)
    except InputError as error:
        state.notice(refusal(error))


def _ways_on(name: str, own: Sequence[Job], trainings: Made) -> None:
    folder, runs = jobs.service().folder, [run for _, run in trainings if run]
    if not runs:
        return
    st.download_button(t("sweep.csv"), lambda: to_csv(own, folder), f"{name}.csv", "text/csv", key=f"csv-{name}")
    together = ticks.together([run.run_id for run in runs], {run.run_id: run for run in all_runs().runs})
    if len(together) >= FEWEST:
        page.button_link(t("sweep.compare", count=len(together)), ticks.address(together))
    series = series_of(name, trainings)
    if series and st.button(t("sweep.series"), key=f"series-{name}", help=t("sweep.series.help")):
        try:
            opened = add_series(series, folder).name
        except InputError as error:
            st.error(for_markdown(refusal(error)))
        else:
            page.go("compare", by="dial", series=opened)


def series_of(name: str, trainings: Made) -> ModelSeries | None:
    """The sweep as separate models along the first setting that varies: of each value the first that is trained."""
    axis = next((setting for setting in varied([training for training, _ in trainings]) if setting in AXES), None)
    runs = [run for _, run in trainings if run]
    if axis is None:
        return None
    alike = [run for run in runs if runs[0].data.same_data(run.data)]
    first = {AXES[axis](run): run.run_id for run in reversed(alike)}
    return ModelSeries(name, axis, tuple(first.values())) if 2 <= len(first) <= MOST else None


def _matrix(trainings: Made) -> str:
    """A row for each value of the settings but the last that varies, a column for each of its values."""
    *of_row, column = varied([training for training, _ in trainings]) or [SETTINGS[-1]]
    rows: dict[str, dict[str, str]] = {}
    for training, run in trainings:
        row = rows.setdefault(", ".join(_told(training, name) for name in of_row), {})
        row[_told(training, column)] = _cell(training, run)
    head = "".join(f"<th>{for_html(title)}</th>" for title in next(iter(rows.values())))
    body = "".join(f"<tr><th>{for_html(title)}</th>{''.join(cells.values())}</tr>" for title, cells in rows.items())
    return f'<div class="lp-sweep"><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _told(training: Training, name: str) -> str:
    return _valued(name, training.setting(name))


def _valued(name: str, value: Value) -> str:
    return value if isinstance(value, str) else t(f"sweep.value.{name}", value=value)


def _cell(training: Training, run: Run | None) -> str:
    """A training's map and score, and where it leads to."""
    job, status = training.job, training.status(run)
    snapshot = job.payload if training.shown and isinstance(job.payload, TrainingSnapshot) else None
    live = map_url(job, is_dark()) if snapshot else ""
    url = _done_url(run.run_id, run.made, is_dark()) if run else live
    test = run.test if run else snapshot.history[-1].test if snapshot and snapshot.history else None
    score = None if test is None else test.log_likelihood if test.elbo is None else test.elbo
    picture = f'<img src="{for_html(url)}" alt="{for_html(t("before.map.alt"))}">' if url else "<i></i>"
    told = t(f"job.{status}") if score is None else number(score, 1)
    link = f"train?model={run.run_id}" if run else f"train?job={job.job_id}"
    title = for_html(t("sweep.cell", title=str(training.spec["title"]), status=t(f"job.{status}")))
    return f'<td><a href="./{link}" target="_self" title="{title}">{picture}<span>{told}</span></a></td>'


@functools.lru_cache(maxsize=512)
def _done_url(run_id: str, _made: str, dark: bool) -> str:
    """The picture of a model's codes; empty where it can't be opened."""
    try:
        return codes_url(open_model(run_id), dark)
    except InputError:
        return ""
