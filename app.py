"""The server: pages, assets and start-up in one application. `streamlit run app.py` starts it.

Knows how the parts are wired; everything else is in pages/, ui/, analysis/, training/ and models/.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import signal
import threading
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware

from datasets.own import shelf as own_images
from exports.routes import ROUTES as EXPORTS
from live import library
from live.pictures import warm
from live.words import refusal
from models import gallery
from models.errors import InputError
from training.heap import give_back
from ui import jobs, limits
from ui.classroom.hub import classes
from ui.classroom.room import RefusedError
from ui.errors import show_script_error
from ui.server import descriptors, health, streamlit_mends
from ui.server.calm import Calm
from ui.server.first_view import LIVE_PAGES, first_view
from ui.server.hosts import Hosts
from ui.server.middleware import Entrance
from ui.server.routes import routes
from ui.server.throttle import Throttle
from ui.server.visits import Visits


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Clears what a killed process left, then freezes what start-up made, so that no collection walks it again."""
    try:
        gallery.prepare()
    except InputError as error:  # a folder that can't be written can still be read: the gallery works
        logging.getLogger(__name__).warning("%s", refusal(error))
    own_images.prepare()
    descriptors.raise_limit()
    limits.set_shelves()
    if reason := jobs.service().refusal:  # else what a dead process left behind goes on
        logging.getLogger(__name__).warning("%s", refusal(InputError.of(reason)))
    with contextlib.suppress(RefusedError):  # who begins a class reads why
        classes()
    asyncio.get_running_loop().run_in_executor(None, _warm)
    gc.collect()
    gc.freeze()
    try:
        yield {}
    finally:
        calm.end()
        jobs.stop()
        _end_with_zero()


def _warm() -> None:
    """What the first visitor sees comes first, then the rest, while nobody asks for anything."""
    for place in LIVE_PAGES:
        if found := first_view(place, ""):
            _ = found.data
    warm(calm.wait)
    library.MODELS.clear()  # those that were drawn last: whoever wants one has it again in 10 ms
    give_back()  # what the drawing took


def _end_with_zero() -> None:
    """uvicorn, done, raises its SIGTERM once more, which would end the process with -15: it is ignored from now on."""
    if hasattr(signal, "pthread_sigmask") and threading.current_thread() is threading.main_thread():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


# Plotly and Streamlit import it at the first visit: two threads that do so at once find half a module
importlib.import_module("pandas")
streamlit_mends.mend()
calm = Calm()
app = st.App(
    "pages/main.py", routes=routes(st.get_option("server.baseUrlPath"), EXPORTS), lifespan=lifespan,
    on_script_error=show_script_error,
    middleware=[
        Middleware(Visits), Middleware(Hosts), Middleware(Throttle, sockets=health.SOCKETS),
        Middleware(Entrance, heard=calm.hear),
    ],
)  # fmt: skip
