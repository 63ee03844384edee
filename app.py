"""The server: pages, assets and start-up in one application. `streamlit run app.py` starts it.

Knows how the parts are wired; everything else is in pages/, ui/, analysis/, training/ and models/.
"""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator

import streamlit as st

from models.errors import InputError
from training import store
from ui.assets import ROUTES
from ui.errors import show_script_error
from ui.pictures import warm


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Clears what a killed process left, then freezes what start-up made, so that no collection walks it again."""
    try:
        store.prepare()
    except InputError as error:  # a folder that can't be written can still be read: the gallery works
        logging.getLogger(__name__).warning("%s", error)
    asyncio.get_running_loop().run_in_executor(None, warm)
    gc.collect()
    gc.freeze()
    yield {}


app = st.App("pages/main.py", routes=ROUTES, lifespan=lifespan, on_script_error=show_script_error)
