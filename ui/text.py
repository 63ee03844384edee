"""Text for the screen: whatever came from a file or a link is escaped here, before it is shown."""

import html
import re

from datasets.source import data_folder
from live.titles import visible
from live.words import Term, pieces, t
from models.gallery import checkpoint_folder

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
# Streamlit looks for addresses, icons and arrows once more in what Markdown left; a word joiner, which has no width,
# between their parts hides them
_JOINER = "\u2060"
_FOUND_LATER = re.compile(r"(?<=:)(?=[\w/+-])|(?<=www)(?=\.)|(?=@)|(?<=-)(?=[->])|(?<=<)(?=-)", re.IGNORECASE)


def without_folders(text: str) -> str:
    """The text with the server's folders by their last name: where on its disk they lie is no visitor's business."""
    for folder in (checkpoint_folder(), data_folder()):
        if folder.name:  # the root of a disk has none
            where, name = re.escape(str(folder.absolute())), folder.name.replace("\\", r"\\")
            text = re.sub(rf"(?<!\w){where}(?![\w-])", name, text)
    return text


def for_markdown(text: str) -> str:
    """The text with everything escaped that Markdown, LaTeX or Streamlit's directives would interpret."""
    return _MARKDOWN.sub(r"\\\1", _FOUND_LATER.sub(_JOINER, visible(without_folders(text))))


def for_html(text: str) -> str:
    """The text with everything escaped that HTML would interpret, also inside quotes."""
    return html.escape(visible(text), quote=True)


def term(name: str, word: str | None = None) -> str:
    """A word of the glossary as HTML that explains itself when it is touched; live/parts/term.js makes the same."""
    shown = t(f"term.{name}") if word is None else word
    return f'<button type="button" class="lp-term" data-term="{name}" aria-haspopup="dialog">{for_html(shown)}</button>'


def with_terms(key: str, **values: object) -> str:
    """A text of the catalogue as HTML, each `{kl:term}` of it a word that explains itself; values are HTML already."""
    return "".join(term(*piece) if isinstance(piece, Term) else piece for piece in pieces(key, **values))


def card_title(title: str, data_title: str) -> str:
    """A model's title for a card that stands under its data set's name: "VAE, 2 latents"."""
    return title.replace(f" on {visible(data_title)}", "", 1)
