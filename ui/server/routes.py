"""All addresses of ours: assets, trainings, classes and the health check, at the root and under a path prefix."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route, WebSocketRoute

from ui import assets, job_assets
from ui.classroom import channel
from ui.server import health, shell_assets


def routes(prefix: str, more: Sequence[BaseRoute] = ()) -> list[BaseRoute]:
    """At the root, for a proxy that strips its prefix, and under `server.baseUrlPath`, for one that does not.

    `more`: those of the rooms above this one, which go before.
    """
    at_root = [*more, *assets.ROUTES, *shell_assets.ROUTES, *job_assets.ROUTES, *health.ROUTES, *channel.ROUTES]
    base = "/" + prefix.strip("/")
    return at_root if base == "/" else [*at_root, *(_below(base, route) for route in at_root)]


def _below(base: str, route: BaseRoute) -> BaseRoute:
    """The same route under a path; not a Mount, which would answer for Streamlit's pages too."""
    assert isinstance(route, Route | WebSocketRoute)
    if isinstance(route, Route):
        return Route(base + route.path, route.endpoint, methods=sorted(route.methods or ()))
    return WebSocketRoute(base + route.path, route.endpoint)
