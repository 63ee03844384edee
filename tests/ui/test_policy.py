"""What a page may load: its own inline scripts by their hashes, this server's files, and nobody else's."""

import base64
import hashlib

from ui.server.policy import inline_scripts, policy
from ui.server.shell import page_html

PAGE = (
    '<head><script>a = "<b>"</script><script type="module">\nb()\n</script><script src="./c.js"></script>'
    '<script type="application/json" id="d">{}</script></head>'
)


def test_the_scripts_that_are_run_are_those_that_stand_in_the_page() -> None:
    assert inline_scripts(PAGE) == ['a = "<b>"', "\nb()\n"]
    assert inline_scripts("") == []


def test_a_script_is_allowed_by_its_hash_and_no_other_inline_script_is() -> None:
    rules = dict(rule.split(" ", 1) for rule in policy(PAGE).split("; "))
    for text in ('a = "<b>"', "\nb()\n"):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in rules["script-src"]
    assert rules["script-src"].count("sha256") == 2
    assert "unsafe-inline" not in rules["script-src"]


def test_nothing_is_sent_to_or_loaded_from_another_server() -> None:
    rules = dict(rule.split(" ", 1) for rule in policy(page_html("")).split("; "))
    assert rules["default-src"] == "'self'"  # also whom scripts may ask
    assert rules["object-src"] == "'none'"
    assert "http" not in policy(page_html(""))


def test_every_inline_script_of_every_page_is_known() -> None:
    for place, held in (("", False), ("", True), ("train", False), ("other", False)):
        assert (
            len(inline_scripts(page_html(place, held))) == 3 + held
        )  # Streamlit's own, two of ours; one more while it is held
