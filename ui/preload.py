"""What a live page tells the browser to fetch at once, while Streamlit still starts and runs the page's script.

The `Link` header of the page's HTML names it, so that nobody touches the HTML. Knows Starlette and the assets' URLs;
knows nothing of Streamlit's.
"""

from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import InputError
from ui.assets import LIVE, figure_url, live_url, model_url, plotly_url
from ui.library import open_model
from ui.planes import default_plane, parse_plane, plane_of

WITH_MAP = ("map", "generate", "interpolate", "draw")
WITH_MODEL = (*WITH_MAP, "traverse", "film")
PAGES = (*WITH_MODEL, "train")
WORKER = "manifold_worker.js"
FETCHED = "rel=preload; as=fetch; crossorigin"


class Preload:
    """Middleware that adds `links` to the answer for a live page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = scope.get("path", "").rpartition("/")[2]
        if scope["type"] != "http" or page not in PAGES:
            await self.app(scope, receive, send)
            return
        link = ", ".join(await run_in_threadpool(links, page, scope["query_string"].decode("latin-1")))

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["link"] = link
            await send(message)

        await self.app(scope, receive, send_with_link)


def links(page: str, query: str) -> list[str]:
    """The views' modules, the parts of the model that the address names, and the map's library, as RFC 8288 links.

    The URLs are relative to the page, as everywhere, so that a path prefix survives.
    """
    modules = [live_url(path.name) for path in sorted(LIVE.glob("*.js")) if path.name != WORKER]
    found = [f"<{url}>; rel=modulepreload" for url in modules]
    found += [f"<{quote(url)}>; {FETCHED}" for url in _model_urls(page, query)]
    return [*found, f"<{plotly_url()}>; rel=preload; as=script"] if page in WITH_MAP else found


def _model_urls(page: str, query: str) -> list[str]:
    if page not in WITH_MODEL:
        return []
    asked = {name: values[-1] for name, values in parse_qs(query).items()}
    try:
        opened = open_model(asked.get("model", ""))
        name = parse_plane(asked.get("plane", default_plane(opened)), opened.checkpoint.run.model.latent_dim)
        figures = [figure_url(opened, plane_of(opened, name))] if page in WITH_MAP else []
    except InputError:  # the page itself says what is wrong with its address
        return []
    return [model_url(opened) + part for part in ("decoder.json", "decoder.bin", "latents.bin")] + figures
