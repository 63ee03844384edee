"""The trainings of this browser, and those of others that can be watched: what became of each, and the way there.

Knows Streamlit, jobs and the library; knows nothing of the form.
"""

import time
from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from jobs.job import ACTIVE, DONE, Job
from live.library import all_runs
from live.titles import display_titles
from live.words import duration, t
from models import gallery
from models.run import Run
from training.chain import models_of
from ui import jobs, page, state
from ui.parts import own_models
from ui.text import for_markdown

SHOWN = 6
DAY = 24 * 60 * 60


def show() -> None:
    """The list: what runs first, then what is finished, newest first."""
    running = sorted(_under_way(), key=lambda job: job.submitted, reverse=True)
    finished = sorted(_finished(), key=lambda run: run.made, reverse=True)
    if not running and not finished:
        return
    st.caption(t("mine.title"))
    for job in running[:SHOWN]:
        _show_job(job)
    titles = display_titles(all_runs().runs)
    for run in finished[:SHOWN]:
        _show_model(run, titles[run.run_id])
    if len(finished) > SHOWN:
        page.button_link(t("mine.more", count=len(finished) - SHOWN), "./library")


def _under_way() -> Iterator[Job]:
    """Trainings of whoever is at work, and one's own that can still go on."""
    for job in jobs.service().jobs():
        if job.sweep:  # which has its own place
            continue
        if job.status in ACTIVE or (jobs.is_mine(job) and not job.ended_for_good):
            yield job


def _finished() -> Iterator[Run]:
    """Models that were made here, but for those of sweeps and those that somebody else's browser has trained."""
    done = [job for job in jobs.service().jobs() if job.status == DONE]
    others = {name for job in done if job.sweep or not jobs.is_mine(job) for name in models_of(job.spec)}
    for run in all_runs().runs:
        if run.run_id not in others and run.program is None and not gallery.is_shipped(run.run_id):
            yield run


def _show_job(job: Job) -> None:
    title = for_markdown(str(job.spec.get("title", t("train.untitled"))))
    status = t(f"job.{job.status}") if jobs.is_mine(job) else t("mine.others", status=t(f"job.{job.status}"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(title, key=f"see-{job.job_id}"):
            state.record({"job": job.job_id})
            st.rerun()
        st.caption(t("mine.when", status=status, when=_when(job.submitted)), width="stretch")


def _show_model(run: Run, title: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        page.button_link(title, f"./train?model={run.run_id}")
        when = _when(datetime.fromisoformat(run.made).timestamp())
        st.caption(t("mine.when", status=t("job.done"), when=when), width="stretch")
        own_models.manage(run, title, "content")


def _when(seconds: float) -> str:
    """How long ago a moment was, or its date; `seconds` since 1970."""
    past = max(0.0, time.time() - seconds)
    return t("mine.ago", past=duration(past)) if past < DAY else datetime.fromtimestamp(seconds).date().isoformat()
