"""What a page may load and whom it may ask, as a Content-Security-Policy: this server, and nobody else.

An inline script runs only if it is one that the page was made with, known by its hash. Styles may be inline: Streamlit
and Plotly write them. `unsafe-eval` is Plotly's: its WebGL traces make functions from text, which its maps need.
"""

import base64
import hashlib
import re

OWN, NONE = "'self'", "'none'"
FRAMES = f"frame-ancestors {OWN}"
RULES = {
    "default-src": (OWN,),
    "style-src": (OWN, "'unsafe-inline'"),
    "img-src": (OWN, "data:", "blob:"),
    "media-src": (OWN, "data:", "blob:"),
    "font-src": (OWN, "data:"),
    "worker-src": (OWN, "blob:"),
    "object-src": (NONE,),
    "base-uri": (OWN,),
    "form-action": (OWN,),
    "frame-ancestors": (OWN,),
}
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)


def policy(html: str) -> str:
    """The policy for a page of this text: it allows that page's own inline scripts by their SHA-256."""
    scripts = (OWN, "'unsafe-eval'", "blob:", *(f"'sha256-{_hash(text)}'" for text in inline_scripts(html)))
    return "; ".join(" ".join((name, *sources)) for name, sources in ({"script-src": scripts} | RULES).items())


def inline_scripts(html: str) -> list[str]:
    """The texts of the scripts that stand in a page and are run: none that is fetched, none that is data."""
    found = ((script["attributes"], script["text"]) for script in _SCRIPT.finditer(html))
    return [text for attributes, text in found if "src=" not in attributes and "application/json" not in attributes]


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
