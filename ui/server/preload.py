"""What a live page tells the browser to fetch at once: what its first view needs to decode, and nothing besides.

The `Link` header of the page's HTML names it. Whatever else was named here, as Plotly, would share the line with it: of
a slow one the first image would get a tenth. Knows Starlette and the assets' URLs; knows nothing of Streamlit's.
"""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from ui.assets import first_parts, live_url, model_url
from ui.page_table import PAGES
from ui.server.first_view import first_panes, first_view
from ui.server.modules import imported_by

LIVE_PAGES = {page.address: page for page in PAGES.values() if page.preloads != "nothing"}
WORDS = "words/en.json"
PARTS = ("decoder.json", "decoder.bin", "latents.bin")
ON_EVERY_PAGE = ("shell/main.js", "first.js")
FETCHED = "rel=preload; as=fetch; crossorigin"


async def preload_header(connection: HTTPConnection) -> str | None:
    """What the `Link` header of the answer says; None where no live page is asked for."""
    page = connection.scope["path"].rpartition("/")[2]
    if page not in LIVE_PAGES:
        return None
    return ", ".join(await run_in_threadpool(links, page, connection.scope["query_string"].decode("latin-1")))


def links(page: str, query: str) -> list[str]:
    """The modules of the page and of its view, and the parts of the model that the address names, as RFC 8288 links.

    The URLs are relative to the page, as everywhere, so that a path prefix survives.
    """
    modules = imported_by(*ON_EVERY_PAGE, f"views/{LIVE_PAGES[page].view}.js")
    fetched = [live_url(WORDS), *(quote(url) for url in _model_urls(page, query))]
    return [
        *(f"<{url}>; {FETCHED}" for url in fetched),
        *(f"<{live_url(name)}>; rel=modulepreload" for name in modules),
    ]


def _model_urls(page: str, query: str) -> list[str]:
    """The parts of the model that the page shows first; none where there is none, or the page says what is wrong."""
    if panes := first_panes(page, query):
        return [model_url(opened) + part for opened in panes.opened for part in PARTS]
    found = first_view(page, query)
    if found is None:
        return []
    return [model_url(found.opened) + part for part in first_parts(found.opened)]
