"""The server: pages, assets and start-up in one application. `streamlit run app.py` starts it.

Knows how the parts are wired; everything else is in pages/, ui/, analysis/, training/ and models/.
"""

import asyncio
import contextlib
import gc
import logging
import signal
import threading
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware

from models.errors import InputError
from training import store
from ui import assets, job_assets, jobs
from ui.errors import show_script_error
from ui.pictures import warm
from ui.preload import Preload


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Clears what a killed process left, then freezes what start-up made, so that no collection walks it again."""
    try:
        store.prepare()
    except InputError as error:  # a folder that can't be written can still be read: the gallery works
        logging.getLogger(__name__).warning("%s", error)
    jobs.service()  # what a dead process left behind goes on
    asyncio.get_running_loop().run_in_executor(None, warm)
    gc.collect()
    gc.freeze()
    try:
        yield {}
    finally:
        jobs.stop()
        _end_with_zero()


def _end_with_zero() -> None:
    """uvicorn, done, raises its SIGTERM once more, which would end the process with -15: now it finds no ear."""
    if hasattr(signal, "pthread_sigmask") and threading.current_thread() is threading.main_thread():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


app = st.App(
    "pages/main.py", routes=[*assets.ROUTES, *job_assets.ROUTES], lifespan=lifespan, on_script_error=show_script_error,
    middleware=[Middleware(Preload)],
)  # fmt: skip
