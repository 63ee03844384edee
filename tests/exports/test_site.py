"""The static site: every file that a page asks for is there, under relative addresses, whole or not at all."""

import errno
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from exports.command import main
from exports.fitting import Fitted
from exports.folder import write_tree
from exports.rounding import code_bytes
from exports.site import OF_SERVER, Site, first_view_sizes
from live.library import OpenModel, open_model
from live.words import t
from models import gallery
from models.checkpoint import Checkpoint
from models.errors import InputError
from ui.assets import live_files, live_url, model_url

Open = Callable[..., OpenModel]
FOREIGN = re.compile(r"(?:src|href)=[\"']?(?:https?:)?//")


@pytest.fixture(autouse=True)
def only_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheets of large sets take seconds; tests/exports/test_learning.py has one of them."""
    monkeypatch.setattr("exports.learning.is_here", lambda name: name == "digits")


@pytest.fixture
def tiny(opened: Open) -> OpenModel:
    return opened()


def files_of(**settings: object) -> dict[str, bytes]:
    return dict(Site(["tiny-vae"], **settings).files())  # type: ignore[arg-type]


def test_its_pages_are_the_apps(tiny: OpenModel) -> None:
    files = files_of()
    assert {name for name in files if name.endswith(".html")} == {
        "index.html",
        "create/index.html",
        "compare/index.html",
        "library/index.html",
        "train/index.html",
    }
    for name, content in files.items():
        if name.endswith(".html"):
            text = content.decode()
            assert not FOREIGN.search(text)
            assert f'<base href="{"../" if "/" in name else "./"}">' in text
            assert text.count("<h1") == 1
            assert "aria-current=page" in text
            assert 'href="./train/"' in text
    assert tiny.checkpoint.run.title in files["library/index.html"].decode()


def test_where_a_page_can_not_run_it_says_why(tiny: OpenModel) -> None:
    page = html.unescape(files_of()["index.html"].decode())
    assert f'<noscript><p class="lp-needs">{t("needs.script")}' in page
    note = page.index('<p class="lp-needs" role="alert" hidden')
    assert f'data-old="{t("needs.old")}" data-disk="{t("needs.disk")}"' in page
    assert note < page.index('document.querySelector(".lp-needs")'), "the script finds its place"


def test_every_module_and_every_file_of_the_model_is_there(tiny: OpenModel) -> None:
    files = files_of()
    assert {live_url(name) for name in live_files() if not name.startswith(OF_SERVER)} <= set(files)
    for name in ("decoder.json", "decoder.bin", "encoder.bin", "latents.bin", "manifold.webp", "codes.webp"):
        assert model_url(tiny) + name in files
    latents = files[model_url(tiny) + "latents.bin"]
    assert latents == code_bytes(tiny.checkpoint.latents), "not packed: no host says what it is"
    assert np.array_equal(np.frombuffer(latents, "<f2", 40), tiny.checkpoint.latents.mu.astype(np.float16).ravel())


def test_a_view_is_told_what_the_app_tells_it_but_for_the_servers_part(tiny: OpenModel) -> None:
    files = files_of()
    told = json.loads(files["assets/views/model-tiny-vae.json"])["data"]
    assert told["model"]["base"] == model_url(tiny)
    assert (told["figure"], told["thumbs"], told["state"]) == (None, None, {})
    assert told["model"]["rounded"]
    views = json.loads(files["assets/views/site.json"])["views"]
    assert set(views) == {"explore", "create", "nat"}, "one model is no comparison, no dial and no series"
    assert "z" in views["explore"]["keeps"]


def test_each_plane_of_a_model_with_more_latents_is_there(opened: Open) -> None:
    opened(latent_dim=3)
    planes = json.loads(files_of()["assets/views/model-tiny-vae.json"])["planes"]
    assert set(planes) == {"", "pca", "1-2", "1-3", "2-1", "2-3", "3-1", "3-2"}


def test_the_first_view_is_counted_with_all_that_it_fetches_and_stays_small(tiny: OpenModel) -> None:
    first = Site(["tiny-vae"]).first_view()
    wanted = ["index.html", "assets/views/site.json", live_url("views/explore.js"), model_url(tiny) + "decoder.bin"]
    assert {*wanted, live_url("live.css"), live_url("words/en.json"), model_url(tiny) + "latents.bin"} < set(first)
    whole, sent = first_view_sizes(first)
    assert whole == sum(map(len, first.values()))
    usual = 149_000  # of mnist-vae-film as the whole site has it: 79,000 bytes of rounded weights and 70,000 of codes
    assert sent + usual < 400_000, "code, words and page have grown over what a first view may weigh"
    assert whole + usual < 550_000, "the same where the host packs nothing"
    code = [content for name, content in first.items() if name.endswith(".js")]
    assert not any(line.startswith(b"//") for content in code for line in content.splitlines())


def test_the_chooser_lists_the_sites_models_only(opened: Open) -> None:
    opened()
    opened("cvae")
    listed = json.loads(files_of()["assets/models.json"])
    assert [row["id"] for row in listed["models"]] == ["tiny-vae"]
    assert len(listed["shelves"]) == 1


def test_a_page_opens_on_a_model_that_suits_it(opened: Open) -> None:
    opened()
    opened("cvae")
    views = json.loads(dict(Site(["tiny-vae", "tiny-cvae"]).files())["assets/views/site.json"])["views"]
    assert {name: view["first"] for name, view in views.items()} == {
        "explore": "tiny-vae",
        "create": "tiny-cvae",
        "compare": "tiny-vae,tiny-cvae",
        "nat": "tiny-vae",
    }


def test_the_film_of_a_training_goes_along_and_its_codes_are_no_larger_than_they_were(
    make_checkpoint: Callable[..., Checkpoint], with_film: Callable[..., Checkpoint]
) -> None:
    gallery.add(with_film(make_checkpoint(), (0, 1, 4)), replace=True)
    files = files_of()
    told = json.loads(files["assets/views/film-tiny-vae.json"])
    assert (told["epochs"], told["second"]) == ([0, 1, 4], "kl")
    assert json.loads(files["assets/views/site.json"])["views"]["film"]["fits"] == ["tiny-vae"]
    base = model_url(open_model("tiny-vae"))
    sizes = {name.removeprefix(base): len(content) for name, content in files.items() if name.startswith(base)}
    assert {sizes[f"epoch-{epoch}-decoder.bin"] for epoch in (0, 1, 4)} == {sizes["decoder.bin"]}
    codes = open_model("tiny-vae").checkpoint.latents.mu
    assert sizes["epoch-4-mu.bin"] == 2 * codes.size
    assert json.loads(files["assets/views/learn.json"])["films"] == [
        {"id": "tiny-vae", "title": "VAE on Digits 8x8, 2 latents"}
    ]


def test_so_that_all_that_ship_fit_the_largest_networks_are_rounded_and_that_is_said(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    monkeypatch.setattr("models.gallery.is_shipped", lambda _name: True)
    exact = Site()
    assert exact.fitted == Fitted(("tiny-vae",))
    whole = sum(len(content) for _, content in exact.files())
    monkeypatch.setattr("exports.site.MAX_BYTES", whole - 1000)
    less = Site()
    assert less.fitted.rounded == {"tiny-vae"}
    files = dict(less.files())
    base = model_url(open_model("tiny-vae"))
    assert [json.loads(files[f"{base}{part}.json"])["dtype"] for part in ("decoder", "encoder")] == ["int8"] * 2
    assert less.error is not None
    assert t("site.about.rounded", count=1, mean=less.error.mean, most=less.error.most) in html.unescape(
        files["index.html"].decode()
    )


def test_markup_in_a_title_stays_text(opened: Open, make_checkpoint: Callable[..., object]) -> None:
    from dataclasses import replace

    made = make_checkpoint()
    gallery.add(replace(made, run=replace(made.run, title="<script>alert(1)</script>")), replace=True)  # type: ignore
    for name, content in files_of().items():
        if name.endswith(".html"):
            assert b"<script>alert" not in content


def test_unknown_models_and_none_at_all_are_said_in_words(
    checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checkpoint_folder.is_dir()
    assert main(["site", str(checkpoint_folder / "site")]) == 2
    assert "there is no model to put into a site" in capsys.readouterr().err
    assert main(["site", str(checkpoint_folder / "site"), "--models", "gone"]) == 2
    assert "there is no model called gone; there are none." in capsys.readouterr().err


def test_the_command_says_what_it_wrote_and_how_to_look_at_it(
    tiny: OpenModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    assert main(["site", str(folder), "--models", "tiny-vae"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1 models, ")
    assert re.search(r"First view: \d+ KB where the host packs text, as most do; \d+ KB where it does not\.", said)
    assert f"python -m http.server --directory {folder} 8000" in said
    assert (folder / "index.html").is_file()
    assert main(["site", str(folder), "--models", "tiny-vae"]) == 2
    assert "is not empty. Name another folder, or say --force" in capsys.readouterr().err
    (folder / "old.txt").write_text("old")
    assert main(["site", str(folder), "--models", "tiny-vae", "--force"]) == 0
    assert not (folder / "old.txt").exists()


class TestFolder:
    def test_a_full_disk_leaves_what_was_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "site"
        write_tree(folder, [("a/b.txt", b"before")])

        def full(_path: Path, _content: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(InputError, match=r"export\.unwritable: .*No space left on device"):
            write_tree(folder, [("a/b.txt", b"after")], force=True)
        assert (folder / "a" / "b.txt").read_bytes() == b"before"
        assert [path.name for path in tmp_path.iterdir()] == ["site"]

    def test_a_file_in_its_place_is_left(self, tmp_path: Path) -> None:
        (tmp_path / "site").write_text("mine")
        with pytest.raises(InputError, match=r"export\.is_file"):
            write_tree(tmp_path / "site", [("a", b"")], force=True)
        assert (tmp_path / "site").read_text() == "mine"

    def test_a_maker_that_fails_leaves_nothing(self, tmp_path: Path) -> None:
        def files():  # type: ignore[no-untyped-def]
            yield "a", b"1"
            raise InputError("export.nothing")

        with pytest.raises(InputError, match=r"export\.nothing"):
            write_tree(tmp_path / "site", files())
        assert list(tmp_path.iterdir()) == []
