"""Widgets for a notebook: the app's own views, with their models inside, so that a saved or exported notebook goes on.

    from exports.widget import Compare, Map
    Map("mnist-vae")
    Compare("mnist-vae", "mnist-cvae")

What a view shows is `widget.state`, by the names that the app's addresses have (`z`, `tool`, `a`, `b`, ...): a hand
changes it, and so may a program. Python is asked for nothing while a hand moves. Needs anywidget, which is an extra.
Knows what is one file; knows no model.
"""

from collections.abc import Mapping

from exports.bundle import plain_text
from exports.contents import Contents, of_model, side_by_side
from exports.one_file import OneFile
from live.words import refusal
from models.errors import Reason
from ui.assets import LIVE

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError(refusal(Reason("export.no_widget"))) from error


class _View(anywidget.AnyWidget):
    """One view. `packed`: its code and its models; `place`: which of the app's places it is."""

    _esm = plain_text(LIVE / "cell" / "start.js")
    packed = traitlets.Unicode(read_only=True).tag(sync=True)
    place = traitlets.Unicode(read_only=True).tag(sync=True)
    title = traitlets.Unicode(read_only=True).tag(sync=True)
    state = traitlets.Dict(value_trait=traitlets.Unicode(), key_trait=traitlets.Unicode()).tag(sync=True)

    def __init__(self, contents: Contents, images: bool, state: Mapping[str, str]) -> None:
        super().__init__()
        made = OneFile(contents, images)
        self.set_trait("place", next(iter(contents.views)))
        self.set_trait("title", made.title)
        self.set_trait("packed", made.for_cell())
        self.state = dict(state)


class Map(_View):
    """A model's map under the hand. `images`: its test images go along, where they are here. `state`: what it opens on.

    Raises InputError for a model that is not here.
    """

    def __init__(self, model: str, images: bool = False, **state: str) -> None:
        super().__init__(of_model(model), images, state)


class Compare(_View):
    """Two to four models of the same images under one hand; as in `Map`."""

    def __init__(self, *models: str, images: bool = False, **state: str) -> None:
        super().__init__(side_by_side(models), images, state)
