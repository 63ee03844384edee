"""A model as one HTML file: all that it needs is inside, nothing of it is markup, and it is as small as promised."""

import base64
import errno
import gzip
import json
import posixpath
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from exports import one_file, rounding
from exports.bundle import MARK, bundle
from exports.command import main
from exports.contents import Wish, named
from exports.learning import KINDS
from exports.one_file import OneFile
from live.lessons import lessons
from live.library import OpenModel, film
from live.weights import part_weights
from live.words import refusal, t
from models import atomic, gallery
from models.checkpoint import Checkpoint
from models.errors import InputError
from tests.needs import missing

Open = Callable[..., OpenModel]
SHIPPED = Path(__file__).parents[2] / "checkpoints"
SCRIPT = re.compile(r'<script type="application/gzip" id="([^"]+)"[^>]*>([A-Za-z0-9+/=]*)</script>')


@pytest.fixture
def tiny(opened: Open) -> OpenModel:
    return opened()


def inside(content: bytes) -> dict[str, bytes]:
    """What the page unpacks, by its name."""
    return {name: gzip.decompress(base64.b64decode(packed)) for name, packed in SCRIPT.findall(content.decode())}


def packed(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(inside(content)["lp-packed"])
    return found


def told(found: dict[str, Any], name: str) -> Any:
    return json.loads(found["files"][f"assets/views/{name}.json"])


def test_all_that_a_map_needs_is_inside(tiny: OpenModel) -> None:
    content = OneFile(named("tiny-vae")).content()
    found, parts = packed(content), inside(content)
    assert set(parts) == {"lp-packed", "tiny-vae/decoder.bin", "tiny-vae/latents.bin"}
    views = {"assets/views/site.json", "assets/views/model-tiny-vae.json"}
    assert set(found["files"]) == {"tiny-vae/decoder.json", *views}
    assert parts["tiny-vae/decoder.bin"] == part_weights(tiny.checkpoint, "decoder", "float16")
    assert json.loads(found["files"]["tiny-vae/decoder.json"])["dtype"] == "float16"
    site, data = told(found, "site"), told(found, "model-tiny-vae")["data"]
    assert list(site["views"]) == ["explore"]
    assert (site["lesson"], site["opens"]) == (None, "")
    assert (data["thumbs"], data["figure"], data["model"]["base"]) == (None, None, "tiny-vae/")
    assert ".lv-explore" in found["style"]
    assert "shell/lesson.js" not in found["texts"], "there is no lesson in it"


def test_to_draw_it_has_its_encoder_and_create(tiny: OpenModel) -> None:
    content = OneFile(named("tiny-vae", ["draw"])).content()
    found = packed(content)
    assert {"tiny-vae/encoder.bin", "tiny-vae/decoder.bin", "tiny-vae/latents.bin"} < set(inside(content))
    code = told(found, "model-tiny-vae")["data"]["code"]
    assert {f"tiny-vae/{name}" for name in ("encoder.json", "decoder.json", code)} < set(found["files"])
    assert list(told(found, "site")["views"]) == ["explore", "create"]
    assert "views/create.js" in found["texts"]
    assert b'href="./create"' in content


def test_to_train_it_has_the_form_its_plans_and_its_trainer(tiny: OpenModel) -> None:
    made = OneFile(named("tiny-vae", ["train"]))
    found, content = packed(made.content()), made.content()
    assert made.name == "tiny-vae-train.html"
    assert list(told(found, "site")["views"]) == ["explore", "learn", "train", "film"]
    learn = told(found, "learn")
    assert (learn["sets"], learn["films"], list(learn["drawn"])) == ([], [], list(KINDS))
    assert "trainer/worker.js" in found["texts"] and ".lv-learn-form" in found["style"]
    assert b'href="./train"' in content and b'href="./create"' not in content
    assert "trainer/worker.js" not in packed(OneFile(named("tiny-vae")).content())["texts"], "by default it can't"


def test_the_film_goes_along_where_it_is_asked_for_and_else_is_said_to_be_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    made = OneFile(named("mnist-vae-film", ["film"]))
    content = made.content()
    found, parts = packed(content), inside(content)
    kept = film(made.models["mnist-vae-film"])
    assert told(found, "film-mnist-vae-film")["epochs"] == list(kept.values)
    assert told(found, "site")["views"]["film"]["fits"] == ["mnist-vae-film"]
    last = f"mnist-vae-film/epoch-{kept.values[-1]:g}"
    assert parts[f"{last}-decoder.bin"] == parts["mnist-vae-film/decoder.bin"], "it ends with the model"
    assert np.array_equal(np.frombuffer(parts[f"{last}-mu.bin"], "<f2"), kept.mu_of(12).astype("<f2").ravel())
    assert f"{last}-encoder.bin" not in parts
    [left] = OneFile(named("mnist-vae-film"))._left_out()
    said = re.search(r"would add about ([\d.]+) MB", left)
    assert said
    adds = sum(len(text) for name, text in SCRIPT.findall(content.decode()) if "/epoch-" in name)
    assert float(said[1]) * 1e6 == pytest.approx(adds, rel=0.2)
    assert b"would add about" not in content


def test_models_side_by_side_have_what_their_differences_are_told_by(opened: Open) -> None:
    for family in ("vae", "cvae", "mmd-vae"):
        opened(family)
    pair = OneFile(named("tiny-vae,tiny-cvae"))
    content = pair.content()
    found = packed(content)
    assert pair.title == t("file.side", titles="VAE, CVAE")
    assert pair.name == "compare-tiny-vae-tiny-cvae.html"
    assert told(found, "site")["views"]["compare"]["first"] == "tiny-vae,tiny-cvae"
    assert [row["id"] for row in told(found, "compare")["rows"]] == ["tiny-vae", "tiny-cvae"]
    assert {"tiny-vae/neighbours.bin", "tiny-cvae/neighbours.bin"} <= set(inside(content))
    assert "tiny-vae/encoder.bin" not in inside(content)
    assert 'class="lp-static lp-single lp-compare lp-no-encoder"' in content.decode()
    three = OneFile(named("tiny-vae,tiny-cvae,tiny-mmd-vae", ["draw"])).content()
    assert len([name for name in inside(three) if "neighbours" in name]) == 3
    assert "tiny-cvae/encoder.bin" in inside(three)
    assert "lp-no-encoder" not in SCRIPT.sub("", three.decode()).split("<body>")[1]


def test_a_dial_goes_along_with_its_gates_and_values_as_they_are(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    made = OneFile(named("dial:mnist-dial"))
    content = made.content()
    parts = {"mnist-dial/dial-decoder.bin", "mnist-dial/series.bin", "mnist-dial/latents.bin"}
    assert set(inside(content)) == {"lp-packed", *parts}
    found = packed(content)
    assert list(told(found, "site")["views"]) == ["dial"]
    assert told(found, "dial-mnist-dial")["axis"] == "beta"
    assert made.error_in_words() == t("file.about.exact")
    assert len(content) < 2_000_000


def test_a_lesson_has_the_steps_that_a_file_can_show_and_opens_at_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    made = named("lesson:two-forces")
    steps = lessons()["two-forces"].steps
    assert made.lesson is not None
    assert len(made.lesson["steps"]) == len(steps) - 1, "none trains here"
    assert made.opens == "?view=explore&model=deck-both&tool=point&lesson=two-forces&step=1"
    assert dict(made.views) == {"explore": "deck-both", "compare": "deck-reconstruction,deck-kl,deck-both"}
    assert set(made.parts) == {"deck-both", "deck-kl", "deck-reconstruction"}
    label = named("lesson:where-did-the-label-go")
    assert label.parts == {
        "mnist-vae": {"decoder", "pairs"}, "mnist-cvae": {"decoder", "encoder", "pairs"}
    }, "whoever is on Create may draw"  # fmt: skip
    assert "dial" in named("lesson:price-of-a-nat").parts["mnist-dial"]


def test_every_lesson_has_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    for name in lessons():
        made = named(f"lesson:{name}")
        assert made.parts and made.views and made.title == lessons()[name].title


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("gone", "there is no model called gone; there are tiny-cvae, tiny-vae."),
        ("tiny-vae,gone", "there is no model called gone"),
        ("tiny-vae,tiny-vae", "2 to 4 different models can stand side by side; got tiny-vae, tiny-vae."),
        ("set:gone", "there is no ready set called gone; there are four-objectives, "),
        ("set:r-post", "there is no model called post-vae"),
        ("dial:tiny-vae", "there is no dial called tiny-vae; there are none."),
        ("series:gone", "there is no series called gone; there are none."),
        ("lesson:gone", "there is no lesson called gone; there are half-way, "),
        ("lesson:two-seeds", "there is no model called mnist-vae"),
        ("film:tiny-vae", "“film:” is none of set:, dial:, series:, lesson:."),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(opened: Open, what: str, said: str) -> None:
    opened("vae")
    opened("cvae")
    with pytest.raises(InputError) as caught:
        named(what)
    assert refusal(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("what", "wish", "said"),
    [
        ("tiny-vae", "film", "tiny-vae has no film of its training; those with one: none. Leave out --film."),
        ("tiny-vae,tiny-cvae", "train", "--train is for the file of one model, which tiny-vae,tiny-cvae is not."),
        ("lesson:two-forces", "film", "--film is for the file of one model"),
    ],
)
def test_a_wish_that_has_no_place_in_a_file_is_refused(opened: Open, what: str, wish: Wish, said: str) -> None:
    opened()
    with pytest.raises(InputError) as caught:
        named(what, [wish])
    assert refusal(caught.value).startswith(said)


def test_models_of_other_images_are_refused(opened: Open) -> None:
    opened("vae")
    other = opened("cvae").checkpoint
    data = replace(other.run.data, name="fashion-mnist", title="Fashion-MNIST")
    gallery.add(replace(other, run=replace(other.run, data=data)), replace=True)
    with pytest.raises(InputError, match=r"export\.other_data"):
        named("tiny-vae,tiny-cvae")


def test_codes_are_rounded_and_in_their_order(tiny: OpenModel) -> None:
    latents = tiny.checkpoint.latents
    content = inside(OneFile(named("tiny-vae")).content())["tiny-vae/latents.bin"]
    size = latents.mu.size
    assert np.array_equal(np.frombuffer(content, "<f2", size), latents.mu.astype(np.float16).ravel())
    assert latents.log_var is not None and latents.labels is not None
    spread = np.frombuffer(content, "i1", size, 2 * size) / 8
    assert np.abs(spread - latents.log_var.ravel()).max() <= 1 / 16
    assert content[3 * size :] == latents.labels.tobytes()


def test_codes_too_large_for_half_precision_stay_as_they_are(tiny_checkpoint: Checkpoint) -> None:
    latents = tiny_checkpoint.latents
    far = replace(latents, mu=latents.mu * 1e6)
    assert latents.log_var is not None and latents.labels is not None
    expected = far.mu.tobytes() + latents.log_var.tobytes() + latents.labels.tobytes()
    assert not rounding.can_be_rounded(far)
    assert rounding.code_bytes(far) == expected


def test_test_images_stay_at_home_unless_they_are_asked_for(tiny: OpenModel) -> None:
    assert "tiny-vae/thumbs.webp" not in inside(OneFile(named("tiny-vae")).content())
    with pytest.raises(
        InputError, match=r"images\.other_count: count=360, tested=20"
    ):  # of the digits here there are 360
        OneFile(named("tiny-vae"), images=True).content()


def test_its_code_is_the_apps_each_text_after_those_that_it_names(tiny: OpenModel) -> None:
    texts = packed(OneFile(named("tiny-vae", ["draw", "train"])).content())["texts"]
    seen: set[str] = set()
    for path, text in texts.items():
        others = set(re.findall(f'"{MARK}([^"]+)"', text))
        assert others <= seen, path
        assert not re.search(r'\bfrom "\.', text), path
        others = re.findall(r'\b(?:from|import)\s*\(?\s*"(\.[^"]+)"', text)
        found = {posixpath.normpath(posixpath.join(posixpath.dirname(path), other)) for other in others}
        assert not found & set(texts), f"{path} asks for what is in the file by an address"
        seen.add(path)
    assert list(texts)[-1] == "single/main.js"
    assert "greyLevels" in texts["engine/network.js"]
    for worker in ("engine/manifold_worker.js", "trainer/worker.js"):
        assert not re.search(r"^(?:import|export) ", texts[worker], re.MULTILINE), "a script, no module"


def test_every_text_is_still_a_module(tiny: OpenModel, tmp_path: Path) -> None:
    node = shutil.which("node") or missing("node is not installed: what goes into a file can't be parsed")
    for path, text in packed(OneFile(named("tiny-vae", ["draw", "train"])).content())["texts"].items():
        if path.endswith(".js"):
            (tmp_path / path.replace("/", "-")).with_suffix(".mjs").write_text(text)
    check = "for (const f of process.argv.slice(1)) new (require('vm').SourceTextModule)(require('fs').readFileSync(f, 'utf8'))"
    files = [str(file) for file in sorted(tmp_path.glob("*.mjs"))]
    ran = subprocess.run([node, "--experimental-vm-modules", "-e", check, *files], capture_output=True, text=True)
    assert len(files) > 60
    assert ran.returncode == 0, ran.stderr


def test_it_has_the_words_that_it_asks_for_and_no_others() -> None:
    texts = bundle(["views/explore.js"], {"rows": ["rhythm.kick"]})
    words = json.loads(texts["words/en.json"])
    assert {"explore.slide.hint", "rhythm.kick", "term.kl.line", "unit.nats"} <= set(words)
    assert not {"train.start", "create.hint.hand"} & set(words)


def test_no_address_but_the_pages_own_is_allowed(tiny: OpenModel) -> None:
    content = OneFile(named("tiny-vae")).content().decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', content)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    assert not re.search(r"https?:|unsafe-eval|script-src[^;]*unsafe-inline|\*", policy[1])
    for script in re.findall(r"<script(?: nomodule)?>(.*?)</script>", content, re.DOTALL):
        assert one_file._hash(script) in policy[1]
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", content)


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a\u202eb<!--"]
)
def test_a_title_is_text_whatever_it_holds(
    opened: Open, make_checkpoint: Callable[..., Checkpoint], title: str
) -> None:
    made = make_checkpoint()
    gallery.add(replace(made, run=replace(made.run, title=title)), replace=True)
    content = OneFile(named("tiny-vae", ["draw"])).content().decode()
    plain = SCRIPT.sub("", content)
    for inert in ("<script>alert", "<img", "\u202e", "<!--"):
        assert inert not in plain
    assert plain.count("<script") == plain.count("</script>") == 3


def test_the_error_of_the_rounding_is_measured_and_said(tiny: OpenModel, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = tiny.checkpoint
    exact = rounding.grey_error(checkpoint, "float32")
    assert (exact.mean, exact.most) == (0, 0)
    monkeypatch.setattr(rounding, "FEW", 0)
    assert rounding.precision_in_file(checkpoint, "decoder") == "int8"
    assert inside(OneFile(named("tiny-vae")).content())["tiny-vae/decoder.bin"] == part_weights(
        checkpoint, "decoder", "int8"
    )
    monkeypatch.setattr(one_file, "grey_error", lambda *_: rounding.GreyError(0.321, 3))
    assert (
        "own by 0.32 of 255 grey levels on average, and by at most 3 in 99 of 100"
        in OneFile(named("tiny-vae")).content().decode()
    )
    monkeypatch.setattr(one_file, "grey_error", lambda *_: rounding.GreyError(0.001, 0))
    assert "the model’s own, to the grey level" in OneFile(named("tiny-vae")).content().decode()


def test_a_conditional_model_and_a_dial_are_measured_too(opened: Open) -> None:
    checkpoint = opened("cvae").checkpoint
    error = rounding.grey_error(checkpoint, "int8")
    assert 0 < error.mean < 3
    torch.manual_seed(0)
    rough = {name: tensor + 0.1 * torch.randn(tensor.shape).numpy() for name, tensor in checkpoint.weights.items()}
    assert rounding.grey_error(replace(checkpoint, weights=rough), "float32").mean == 0, (
        "its own weights are the referee"
    )


@pytest.mark.parametrize(("name", "most"), [("mnist-latents-2", 300), ("book-cnn", 300), ("mnist-vae", 900)])
def test_a_shipped_model_is_as_small_as_promised(name: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    made = OneFile(named(name))
    assert len(made.content()) <= most * 1000
    error = rounding.grey_error(made.models[name].checkpoint, "int8")
    assert error.mean < 0.5 and error.most <= 5


class TestCommand:
    def test_it_says_what_it_wrote(self, tiny: OpenModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = tmp_path / "tiny.html"
        assert main(["html", "tiny-vae", str(file)]) == 0
        said = capsys.readouterr().out
        assert said.startswith(f"{tiny.checkpoint.run.title}, 0.")
        assert f"in {file}. " in said
        assert file.read_bytes() == OneFile(named("tiny-vae")).content(), "made anew it is the same"

    def test_a_file_that_is_there_is_kept_unless_it_is_forced(
        self, tiny: OpenModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "tiny.html"
        file.write_text("mine")
        assert main(["html", "tiny-vae", str(file)]) == 2
        assert "is there already. Name another file, or say --force" in capsys.readouterr().err
        assert file.read_text() == "mine"
        assert main(["html", "tiny-vae", str(file), "--force"]) == 0
        assert file.read_bytes().startswith(b"<!doctype html>")
        assert main(["html", "tiny-vae", str(tmp_path), "--force"]) == 2
        assert "is a folder; name a file" in capsys.readouterr().err

    def test_a_model_that_is_not_there_is_said(self, tiny: OpenModel, tmp_path: Path, capsys: Any) -> None:
        assert main(["html", "gone", str(tmp_path / "x.html")]) == 2
        assert "there is no model called gone; there are tiny-vae." in capsys.readouterr().err
        assert not (tmp_path / "x.html").exists()

    def test_a_full_disk_leaves_nothing_half_written(
        self, tiny: OpenModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        def full(path: Path, _content: bytes, _mode: str = "xb") -> None:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

        folder = tmp_path / "out"
        folder.mkdir()
        monkeypatch.setattr(atomic, "_write_synced", full)
        assert main(["html", "tiny-vae", str(folder / "x.html")]) == 2
        assert "can't be written: No space left on device. Free some space" in capsys.readouterr().err
        assert list(folder.iterdir()) == []

    def test_a_model_too_large_for_a_file_is_offered_as_a_site(
        self, tiny: OpenModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        monkeypatch.setattr(one_file, "MAX_BYTES", 10_000)
        assert main(["html", "tiny-vae", str(tmp_path / "x.html")]) == 2
        said = capsys.readouterr().err
        assert "“tiny-vae” is too large for one file: 0." in said
        assert "python -m exports site FOLDER --models tiny-vae" in said
