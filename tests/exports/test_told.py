"""What the views are told where no server answers: the same that the app tells them, whichever models are asked for."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from exports import lessons
from exports.told import Told
from live.lessons import lessons as all_lessons
from live.library import OpenModel, all_runs
from models import gallery
from published.ready_sets import READY_SETS
from ui.compared import compared, short_titles
from ui.panes_data import KINDS, panes_data
from ui.turnables import is_dial

Open = Callable[..., OpenModel]
ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "checkpoints"
ASKED = ["", "models=tiny-cvae,tiny-vae", "models=tiny-vae,gone,tiny-vae", "models=tiny-vae,tiny-mmd-vae"]
ANSWERS = """
import { readFileSync } from "node:fs";
import { comparedAt, titlesOf } from "./live/site/side_by_side.js";
import { setWords } from "./live/words/words.js";
setWords(JSON.parse(readFileSync("./live/words/en.json", "utf8")));
const { told, first, asked } = JSON.parse(readFileSync(0, "utf8"));
const answers = asked.map((text) => {
  const { rows, set, problems } = comparedAt(told, first, new URLSearchParams(text));
  return { models: rows.map(({ id }) => id).join(","), set, problems, titles: titlesOf(rows), facts: rows.map(({ facts }) => facts) };
});
console.log(JSON.stringify(answers));
"""


def test_the_page_picks_models_as_the_app_does(opened: Open) -> None:
    opened("vae")
    opened("cvae")
    other = opened("mmd-vae").checkpoint
    data = replace(other.run.data, name="fashion-mnist", title="Fashion-MNIST")
    gallery.add(replace(other, run=replace(other.run, data=data)), replace=True)
    told = Told(all_runs().runs)
    question = {"told": told.of_several(), "first": told.site["views"]["compare"]["first"], "asked": ASKED}
    answers = json.loads(
        subprocess.run(
            ["node", "--input-type=module", "-e", ANSWERS], input=json.dumps(question), cwd=ROOT, text=True,
            capture_output=True, check=True, timeout=120,
        ).stdout
    )  # fmt: skip
    for asked, answer in zip(ASKED, answers, strict=True):
        found = compared(dict(parse_qsl(asked)))
        assert found is not None
        data = panes_data("compare", found, {}, {})
        assert answer == {
            "models": found.key, "set": data["chosen"], "problems": data["problems"],
            "titles": short_titles(found.runs, KINDS), "facts": json.loads(json.dumps(data["facts"])),
        }, asked  # fmt: skip


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setenv("LATENT_CHECKPOINTS", str(SHIPPED))
    return Told(all_runs().runs)


def test_sets_series_and_dials_are_those_whose_models_are_all_there(shipped: Told) -> None:
    assert len(shipped.sets) == 7
    assert [line.series.name for line in shipped.lines] == ["book-betas", "mnist-latents"]
    assert {run.run_id for run in shipped.dials} == {run.run_id for run in shipped.runs if is_dial(run)}
    without = Told([run for run in shipped.runs if run.run_id not in ("mnist-vae", "mnist-latents-3", "mnist-dial")])
    assert {row.name for row in shipped.sets} - {row.name for row in without.sets} == {
        "four-objectives", "three-seeds", "autoencoder-vae"
    }  # fmt: skip
    assert [line.series.name for line in without.lines] == ["book-betas"]
    assert "mnist-dial" not in without.site["dials"]


def test_it_opens_on_a_model_like_the_apps_that_is_soon_there(shipped: Told) -> None:
    runs = {run.run_id: run for run in shipped.runs}
    first = runs[shipped.site["views"]["explore"]["first"]]
    usual = runs["mnist-vae"]
    assert (first.model.family, first.model.latent_dim, first.data.name) == ("vae", 2, "mnist")
    assert first.parameter_count < usual.parameter_count / 5
    assert Told([usual]).site["views"]["explore"]["first"] == "mnist-vae"


def test_a_lesson_goes_along_with_all_its_models(shipped: Told) -> None:
    names = {run.run_id for run in shipped.runs}
    assert set(lessons.lessons_of(names)) == set(all_lessons())
    needed = lessons.models_of(all_lessons()["two-seeds"])
    assert needed == {"mnist-vae", "mnist-vae-seed-1", "mnist-vae-seed-2"}
    assert "two-seeds" in lessons.lessons_of(needed)
    assert "two-seeds" not in lessons.lessons_of(needed - {"mnist-vae-seed-1"})


def test_a_questions_answer_is_in_both_layers_of_words(shipped: Told) -> None:
    three = Told([run for run in shipped.runs if run.run_id in READY_SETS["three-seeds"].models])
    files = dict(three.in_layers())
    simple, field = (files[f"assets/views/compare{end}.json"]["questions"]["three-seeds"] for end in ("", "-field"))
    assert simple["options"] == field["options"] == []
    assert "ELBOs" in field["reveal"] and "ELBO" not in simple["reveal"]
