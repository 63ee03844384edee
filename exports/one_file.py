"""A model as one HTML file that needs no server and no network: Explore, and Create where it can encode.

The app's own modules run in it, and its files lie in it, all in gzip as base64: no text of a model is markup there but
its title, which is escaped. Test images stay at home unless they are asked for. Knows the assets and a model.
"""

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from exports.bundle import bundle, plain_text
from exports.rounding import can_be_rounded, code_bytes, grey_error, precision_in_file
from exports.told import planes_of
from live.library import OpenModel, all_runs, open_model, test_images
from live.numbers.data import numbers_data
from live.weights import Part, part_manifest, part_weights
from live.words import spoken, t
from models.errors import InputError, require
from models.gallery import checkpoint_folder
from ui.assets import DIRECTIONS, LIVE, MODEL_ASSETS, THUMBS, code_name
from ui.page_table import PAGES, Page
from ui.server.bar import bar_of_file
from ui.server.shell import STYLE
from ui.text import for_html
from ui.view_data import view_data

MAX_BYTES = 8 * 10**6  # what a mail takes
INVISIBLE = 0.005  # grey levels on average: two decimals would say 0
STYLES = (STYLE, LIVE / "live.css", LIVE / "site" / "site.css", LIVE / "single" / "single.css")
NUMBERS = ("engine/numbers.js", "parts/numbers/contents.js")  # the sheet of numbers, which asks for the encoder
# nothing from anywhere; modules and the worker are made in the page from what came with it
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; script-src blob: {hashes}; worker-src blob:; "
    "connect-src blob:; img-src data: blob:; style-src 'unsafe-inline'"
)


@dataclass(frozen=True)
class OneFile:
    """What goes into a file of a model. `draw`: its encoder too, and Create; `images`: its test images too."""

    opened: OpenModel
    draw: bool = False
    images: bool = False

    @property
    def title(self) -> str:
        """What the model is called."""
        return self.opened.checkpoint.run.title

    @property
    def name(self) -> str:
        """What the file is called when a browser fetches it."""
        return f"{self.opened.checkpoint.run.run_id}{'-draw' if self.draw else ''}.html"

    def error_in_words(self) -> str:
        """What the rounding costs, as a sentence."""
        checkpoint = self.opened.checkpoint
        error = grey_error(checkpoint, precision_in_file(checkpoint, "decoder"))
        if error.most == 0 and error.mean < INVISIBLE:
            return t("file.about.exact")
        return t("file.about.error", mean=error.mean, most=error.most)

    def content(self) -> bytes:
        """The whole file. Raises InputError for a model that is too large, or for test images that are not here."""
        told = self._told()
        views = [f"views/{place.view}.js" for place in self._places()]
        packed = {
            "texts": bundle([*(NUMBERS if self.draw else ()), *views], told),
            "style": "".join(plain_text(path) for path in STYLES),
            "files": self._texts(),
            "told": told,
        }
        scripts = _script("lp-packed", json.dumps(packed, ensure_ascii=False).encode(), "")
        scripts += "".join(_script(name, content, " data-file") for name, content in self._bytes().items())
        page = self._page(scripts).encode()
        name = self.opened.checkpoint.run.run_id
        require(
            len(page) <= MAX_BYTES,
            f"“{name}” is too large for one file: {len(page) / 1e6:.1f} MB, at most {MAX_BYTES / 1e6:.0f} MB. "
            f"As plain files it has room: python -m exports site FOLDER --models {name}",
        )
        return page

    def _places(self) -> list[Page]:
        return [PAGES["explore"], *([PAGES["create"]] if self.draw else [])]

    def _parts(self) -> list[Part]:
        return ["decoder", "encoder"] if self.draw else ["decoder"]

    def _texts(self) -> dict[str, str]:
        """The model's files of JSON."""
        checkpoint = self.opened.checkpoint
        files: dict[str, Any] = {
            f"{part}.json": part_manifest(checkpoint, part, precision_in_file(checkpoint, part))
            for part in self._parts()
        }
        if self.draw:
            files[code_name()] = numbers_data(checkpoint.run)
        if (known := self._directions()) is not None:
            files[DIRECTIONS] = known
        return {name: json.dumps(content) for name, content in files.items()}

    def _directions(self) -> Any:
        try:
            return json.loads(MODEL_ASSETS[DIRECTIONS](self.opened, DIRECTIONS).body)
        except InputError:  # nothing is known of these images, or they are not here
            return None

    def _bytes(self) -> dict[str, bytes]:
        checkpoint = self.opened.checkpoint
        files = {
            f"{part}.bin": part_weights(checkpoint, part, precision_in_file(checkpoint, part)) for part in self._parts()
        }
        files["latents.bin"] = code_bytes(checkpoint.latents)
        if self.images:
            found = test_images(checkpoint.run.data)
            require(found.images is not None, found.reason)
            files[THUMBS] = MODEL_ASSETS[THUMBS](self.opened, THUMBS).body
        return files

    def _told(self) -> dict[str, Any]:
        """What its views are told, as live/single/at_address.js reads it: once, and the planes beside it."""
        planes, mu = planes_of(self.opened), self.opened.checkpoint.latents.mu
        data = view_data("explore", self.opened, planes[""], {}, {})
        model = data["model"] | {
            "base": "", "draft": False, "rounded": can_be_rounded(self.opened.checkpoint.latents),
            "directions": DIRECTIONS if self._directions() else None,
        }  # fmt: skip
        return {
            "data": data | {"figure": None, "thumbs": THUMBS if self.images else None, "model": model},
            "keeps": {place.view: list(place.state) for place in self._places()},
            "planes": {name: plane.to_json(mu) for name, plane in planes.items()},
        }

    def _page(self, scripts: str) -> str:
        early, start = (plain_text(LIVE / name) for name in ("shell/early.js", "single/start.js"))
        policy = POLICY.format(hashes=" ".join(_hash(text) for text in (early, start)))
        marks = " ".join(["lp-static", "lp-single", "lp-explore", *([] if self.draw else ["lp-no-encoder"])])
        return (
            f'<!doctype html><html lang="{spoken()["locale"]}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{for_html(self.title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            f"<style>:root{{color-scheme:light dark;font-family:system-ui,sans-serif}}</style><script>{early}</script>"
            f"</head><body>{bar_of_file(self.title, self._places())}"
            f'<div id="root"><main id="stMain" class="{marks}" tabindex="-1">'
            f'<div class="lv-host" data-problem="{for_html(t("file.problem"))}">{for_html(t("pane.opening_model"))}'
            f"<noscript>{for_html(t('file.no_script'))}</noscript></div>{self._about()}</main></div>"
            f"{scripts}<script>{start}</script></body></html>"
        )

    def _about(self) -> str:
        count = self.opened.checkpoint.run.data.test_count
        lines = [t("file.about.what", count=count), self.error_in_words()]
        text = "".join(f"<p>{for_html(line)}</p>" for line in lines)
        return f'<details class="lp-about"><summary>{for_html(t("file.about"))}</summary>{text}</details>'


def model_named(name: str) -> OpenModel:
    """The model of this name; raises InputError that lists those that are there."""
    names = [run.run_id for run in all_runs().runs]
    there = ", ".join(names) or f"none in {checkpoint_folder()}"
    require(name in names, f"there is no model called {name}; there are {there}.")
    return open_model(name)


def _script(name: str, content: bytes, marks: str) -> str:
    """Content that the page unpacks; base64 ends no script."""
    packed = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
    return f'<script type="application/gzip" id="{name}"{marks}>{packed}</script>'


def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
