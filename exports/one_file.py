"""A model, several side by side, a dial, a series or a lesson as one HTML file that needs no server and no network.

The app's own modules run in it, and its files lie in it, all in gzip as base64: no text of a model is markup there but
its title, which is escaped. Test images stay at home unless they are asked for. Knows the assets and models; what is
shown is in contents.py.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from exports.bundle import ENTRY, bundle, plain_text
from exports.contents import Contents
from exports.learning import LEARN, on_drawings
from exports.rounding import GreyError, code_bytes, grey_error, mean_bytes, precision_in_file
from exports.told import VIEWS, Told
from live.library import OpenModel, film, has_film, open_model, test_images
from live.numbers.data import numbers_data
from live.weights import PARTS, Part, part_manifest, part_weights
from live.words import spoken, t
from models.errors import InputError, require
from ui.assets import DIRECTIONS, LIVE, MODEL_ASSETS, THUMBS, code_name
from ui.page_table import PAGES, Page
from ui.server.bar import bar_of_file
from ui.server.shell import STYLE
from ui.text import for_html

MAX_BYTES = 8 * 10**6  # what a mail takes
INVISIBLE = 0.005  # grey levels on average: two decimals would say 0
STYLES = (STYLE, LIVE / "live.css", LIVE / "site" / "site.css", LIVE / "single" / "single.css")
CELL, CELL_STYLES = "cell/main.js", (LIVE / "live.css", LIVE / "cell" / "cell.css")
NUMBERS = ("engine/numbers.js", "parts/numbers/contents.js")  # the sheet of numbers, which asks for the encoder
SOUND = "parts/sound/listen.js"  # of what is heard, and fetched for nothing else
GAME = "parts/sound/which_is_bach.js"  # of four voices, in Create
LESSON, TRAIN = "single/lesson.js", "single/train.js"
LEARN_STYLES = (LIVE / "views" / "collect.css", LIVE / "views" / "learn.css")  # which a page with addresses fetches
PLACES = {"learn": "train", "film": "train"}  # of views that have another name
# what views are told besides their models
BESIDES = {
    "compare": ("compare",), "dial": ("dial-", "turnables"), "series": ("series-", "turnables"), "film": ("film-",),
}  # fmt: skip
OLD = 'h=document.querySelector(".lv-host");h.textContent=h.dataset.problem'  # a browser without modules
# nothing from anywhere; modules and the worker are made in the page from what came with it
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; script-src blob: {hashes}; worker-src blob:; "
    "connect-src blob:; img-src data: blob:; style-src 'unsafe-inline'"
)


@dataclass(frozen=True)
class OneFile:
    """A file of some contents. `images`: test images too. Raises InputError for a model that can't be opened."""

    contents: Contents
    images: bool = False

    @property
    def title(self) -> str:
        """What it is called."""
        return self.contents.title

    @property
    def name(self) -> str:
        """What the file is called when a browser fetches it."""
        return f"{self.contents.name}.html"

    @cached_property
    def models(self) -> dict[str, OpenModel]:
        """Its models by name."""
        return {name: open_model(name) for name in self.contents.parts}

    def error_in_words(self) -> str:
        """What the rounding costs the model that it costs most, as a sentence."""
        error = self._error()
        if error.most == 0 and error.mean < INVISIBLE:
            return t("file.about.exact")
        key = "file.about.error" if len(self.models) == 1 else "file.about.errors"
        return t(key, mean=error.mean, most=error.most)

    def _error(self) -> GreyError:
        """Of a dial there is none: its numbers go along as they are."""
        rounded = [self.models[name].checkpoint for name, goes in self.contents.parts.items() if "decoder" in goes]
        errors = [grey_error(checkpoint, precision_in_file(checkpoint, "decoder")) for checkpoint in rounded]
        return max(errors, key=lambda error: error.mean, default=GreyError(0, 0))

    def content(self) -> bytes:
        """The whole file. Raises InputError for one that is too large, or for test images that are not here."""
        scripts = _script("lp-packed", self._code_and_texts(ENTRY, STYLES), "")
        scripts += "".join(_script(name, content, " data-file") for name, content in self._bytes())
        page = self._page(scripts).encode()
        self._require_size(page)
        return page

    def for_cell(self) -> str:
        """The same for a widget: all of it as one text. Raises InputError likewise."""
        files = {name: _packed(content) for name, content in self._bytes()}
        whole = _packed(self._code_and_texts(CELL, CELL_STYLES, files))
        self._require_size(whole.encode())
        return whole

    def _code_and_texts(self, entry: str, styles: Sequence[Path], files: Mapping[str, str] | None = None) -> bytes:
        """The modules, the rules, and the models' texts, with these files among them."""
        told = dict(self._told())
        wanted = [f"views/{view}.js" for view in self.contents.views]
        extra = [*(NUMBERS if self.contents.encodes else ()), *([LESSON] if self.contents.lesson else [])]
        if any(opened.checkpoint.run.data.kind != "image" for opened in self.models.values()):
            extra.append(SOUND)
        if "create" in self.contents.views:
            extra += [GAME for opened in self.models.values() if opened.checkpoint.run.data.kind == "voices"]
        if "film" in self.contents.views:
            wanted.append(TRAIN)  # after the views that it shows
        if "learn" in self.contents.views:
            styles = [*styles, *LEARN_STYLES]
        texts = {name: json.dumps(content) for name, content in (told | dict(self._texts())).items()}
        packed = {
            "texts": bundle([*extra, *wanted], told, entry),
            "style": "".join(plain_text(path, self.contents.views) for path in styles),
            "files": texts | dict(files or {}),
        }
        return json.dumps(packed, ensure_ascii=False).encode()

    def _require_size(self, page: bytes) -> None:
        name, models, size = self.contents.name, ",".join(self.models), len(page) / 1e6
        require(size <= MAX_BYTES / 1e6, "export.too_large", name=name, models=models, size=size, most=MAX_BYTES / 1e6)

    def _told(self) -> Iterator[tuple[str, Any]]:
        """What its views are told, as live/site/at_address.js reads it."""
        runs = [opened.checkpoint.run for opened in self.models.values()]
        told, views = Told(runs, self.images), self.contents.views
        every = {view: self._opening(view, first, told) for view, first in views.items()}
        yield f"{VIEWS}site.json", told.site | {
            "views": every, "opens": self.contents.opens, "lesson": self.contents.lesson
        }  # fmt: skip
        for name, opened in self.models.items():
            yield f"{VIEWS}model-{name}.json", self._told_of(opened, told)
        if "learn" in views:
            films = [{"id": run.run_id, "title": run.title} for run in runs if run.run_id == views["film"]]
            yield LEARN, on_drawings() | {"films": films}
        wanted = tuple(f"{VIEWS}{name}" for view, first in views.items() if first for name in BESIDES.get(view, ()))
        if wanted:
            yield from ((name, content) for name, content in told.besides() if name.startswith(wanted))

    @staticmethod
    def _opening(view: str, first: str, told: Told) -> dict[str, Any]:
        """What a view keeps of its address, and what it opens on; whether its model's film is here, the file knows."""
        if PLACES.get(view, view) == "train":
            return {"keeps": PAGES["train"].state, "first": first, "fits": [first] if first else []}
        known: dict[str, Any] = told.site["views"][view]
        return known | {"first": first}

    def _told_of(self, opened: OpenModel, told: Told) -> dict[str, Any]:
        """A model's files lie in the file under its name."""
        found = told.of_model(opened)
        name = opened.checkpoint.run.run_id
        known = DIRECTIONS if _directions(opened) is not None else None
        model = found["data"]["model"] | {"base": f"{name}/", "directions": known}
        return found | {"data": found["data"] | {"thumbs": THUMBS if self.images else None, "model": model}}

    def _texts(self) -> Iterator[tuple[str, Any]]:
        """The models' files of JSON."""
        for name, opened in self.models.items():
            goes, checkpoint = self.contents.parts[name], opened.checkpoint
            for part in _networks(goes):
                yield f"{name}/{part}.json", part_manifest(checkpoint, part, precision_in_file(checkpoint, part))
            if "dial" in goes:
                yield f"{name}/dial-decoder.json", json.loads(_asset(opened, "dial-decoder.json"))
            if "encoder" in goes:
                yield f"{name}/{code_name()}", numbers_data(checkpoint.run)
            if (known := _directions(opened)) is not None:
                yield f"{name}/{DIRECTIONS}", known

    def _bytes(self) -> Iterator[tuple[str, bytes]]:
        for name, opened in self.models.items():
            goes, checkpoint = self.contents.parts[name], opened.checkpoint
            for part in _networks(goes):
                yield f"{name}/{part}.bin", part_weights(checkpoint, part, precision_in_file(checkpoint, part))
            yield f"{name}/latents.bin", code_bytes(checkpoint.latents)
            if "film" in goes:
                yield from _film(opened, _networks(goes))
            besides = [*(("dial-decoder.bin", "series.bin") if "dial" in goes else ())]
            besides += ["neighbours.bin", "scores.bin"] if "pairs" in goes else []
            for asset in besides:
                if (content := _asset_if_any(opened, asset)) is not None:
                    yield f"{name}/{asset}", content
            if self.images:
                test_images(checkpoint.run.data).required()
                yield f"{name}/{THUMBS}", _asset(opened, THUMBS)

    def _places(self) -> list[Page]:
        """What the bar leads to; through a lesson its steps lead."""
        views = [] if self.contents.lesson else list(self.contents.views)
        places = dict.fromkeys(PLACES.get(view, view) for view in views)
        return [PAGES[place] for place in places if place in PAGES]

    def _page(self, scripts: str) -> str:
        early, start = (plain_text(LIVE / name) for name in ("shell/early.js", "single/start.js"))
        policy = POLICY.format(hashes=" ".join(_hash(text) for text in (early, start, OLD)))
        place = next(iter(self.contents.views))
        marks = ["lp-static", "lp-single", f"lp-{place}", *([] if self.contents.encodes else ["lp-no-encoder"])]
        lesson = '<section class="lp-lesson" hidden></section>' if self.contents.lesson else ""
        return (
            f'<!doctype html><html lang="{spoken()["locale"]}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{for_html(self.title)}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
            "<style>:root{color-scheme:light dark;font-family:system-ui,sans-serif}.lp-tools{display:none}</style>"
            f"<script>{early}</script>"
            f"</head><body>{bar_of_file(self.title, self._places())}{lesson}"
            f'<div id="root"><main id="stMain" class="{" ".join(marks)}" tabindex="-1">'
            f'<div class="lv-host" data-problem="{for_html(t("file.problem"))}">{for_html(t("pane.opening_model"))}'
            f"<noscript>{for_html(t('file.no_script'))}</noscript></div>{self._about()}</main></div>"
            f"{scripts}<script>{start}</script><script nomodule>{OLD}</script></body></html>"
        )

    def _about(self) -> str:
        first, *others = self.models.values()
        count = first.checkpoint.run.data.test_count
        what = t("file.about.several", count=len(others) + 1) if others else t("file.about.what", count=count)
        lines = (what, self.error_in_words(), *self._left_out())
        text = "".join(f"<p>{for_html(line)}</p>" for line in lines)
        return f'<details class="lp-about"><summary>{for_html(t("file.about"))}</summary>{text}</details>'

    def _left_out(self) -> Iterator[str]:
        """What a model has that its file does not show, and what it would add, in sentences."""
        for name, goes in self.contents.parts.items():
            opened = self.models[name]
            if "film" not in goes and "pairs" not in goes and has_film(opened.checkpoint.run):
                yield t("file.about.no_film", megabytes=_film_size(opened) / 1e6)


def _film_size(opened: OpenModel) -> int:
    """About how many bytes its film adds to a file that shows a map: a decoder and the codes an epoch, in base64."""
    decoder = part_weights(opened.checkpoint, "decoder", precision_in_file(opened.checkpoint, "decoder"))
    codes = mean_bytes(opened.checkpoint.latents.mu, opened.checkpoint.latents)
    return len(film(opened).values) * (len(decoder) + len(codes)) * 4 // 3


def _film(opened: OpenModel, parts: Sequence[Part]) -> Iterator[tuple[str, bytes]]:
    """Of each epoch that was kept its networks, rounded as the model's own are, and the codes of the test set."""
    name, kept = opened.checkpoint.run.run_id, film(opened)
    for epoch in kept.values:
        then = replace(opened.checkpoint, weights=kept.weights_of(epoch))
        for part in parts:
            precision = precision_in_file(opened.checkpoint, part)
            yield f"{name}/epoch-{epoch:g}-{part}.bin", part_weights(then, part, precision)
        yield f"{name}/epoch-{epoch:g}-mu.bin", mean_bytes(kept.mu_of(epoch), opened.checkpoint.latents)


def _networks(goes: frozenset[str]) -> list[Part]:
    return [part for part in PARTS if part in goes]


def _directions(opened: OpenModel) -> Any:
    """What is known of the factors of these images; None where nothing is, or they are not here."""
    content = _asset_if_any(opened, DIRECTIONS)
    return None if content is None else json.loads(content)


def _asset_if_any(opened: OpenModel, name: str) -> bytes | None:
    try:
        return _asset(opened, name)
    except InputError:
        return None


def _asset(opened: OpenModel, name: str) -> bytes:
    return MODEL_ASSETS[name](opened, name).body


def _script(name: str, content: bytes, marks: str) -> str:
    """Content that the page unpacks; base64 ends no script."""
    return f'<script type="application/gzip" id="{name}"{marks}>{_packed(content)}</script>'


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
