"""The glossary: every term with both layers of words, its picture and its line, in the layer of the page."""

from html.parser import HTMLParser

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from live.term_pictures import PICTURES
from live.words import LAYERS, Layer, in_layers, t, using
from ui.parts import glossary
from ui.text import for_html, term, with_terms


class Parts(HTMLParser):
    """What stands in elements of a class, and which elements were opened and not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_each_term_has_its_picture() -> None:
    assert set(glossary.term_names()) == set(PICTURES)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", list(PICTURES))
def test_a_card_says_the_word_of_the_page_first(name: str, layer: Layer) -> None:
    with using(layer=layer):
        html = glossary.card(name)
        found = Parts(html)
        words = in_layers(f"term.{name}")
        assert found.open == []
        assert found.texts[0] == words[layer]
        assert words["field" if layer == "simple" else "simple"] in found.texts[1]
        assert t(f"term.{name}.line") in [text.strip() for text in found.texts]
        assert ("lp-link" in html) is (name in glossary.MORE)
        assert (glossary.PICTURES / f"{name}.svg").read_text() in html


def test_the_page_holds_them_all_in_the_layer_of_this_visitor() -> None:
    found = {}
    for layer in LAYERS:
        app = AppTest.from_string(f"from live.words import use\nuse(layer={layer!r})\n"
                                  "from ui.parts.glossary import glossary\nglossary()")  # fmt: skip
        app._bidi_component_manager = BidiComponentManager()
        app.run()
        assert not app.exception
        (mounted,) = (node.proto for node in app._tree if node.type == "bidi_component")
        found[layer] = mounted.component_name
    assert found["simple"] != found["field"]


def test_a_term_in_a_sentence_is_a_button_with_the_word_of_the_layer() -> None:
    with using(layer="field"):
        assert with_terms("about.kl", nats="2&nbsp;nats") == f"{term('kl')}: <b>2&nbsp;nats</b>"
        assert term("kl") == (
            '<button type="button" class="lp-term" data-term="kl" aria-haspopup="dialog">KL divergence</button>'
        )
    assert f">{for_html('Price of the code')}</button>" in with_terms("about.kl", nats="2")
