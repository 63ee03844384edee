"""Lessons: what a sound one is, and that those that ship lead to views that exist and say nothing of models that don't."""

import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

from analysis.decoding import decode_images
from datasets.faces import ORDERED, TEST_COUNT, TEST_SEED, sample_factors
from live import lessons as room
from live.lessons import Choice, Draw, Number, Order, Pin, lessons, load
from live.words import refusal
from models.checkpoint import load as load_model
from models.errors import InputError
from ui.page_table import PAGES
from ui.parts import nat
from ui.parts.lesson_cards import first_address

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
SHIPPED = {path.parent.name for path in CHECKPOINTS.glob("*/run.json")}
ADDRESSES = {page.address: page for page in PAGES.values()}
# besides the state of a page's view
OTHERS = {"model", "models", "by", "family", "data", "recipe"}
# of a view that is one way of its page
OF_WAYS = {"dial": {"at", "point"}, "nat": set(nat.STATE)}
CHOICE = {"kind": "choice", "text": "?", "options": ["a", "b"], "right": 0}
STEP = {"view": "?model=x", "caption": "c", "hide": [], "ask": CHOICE, "reveal": {"view": None, "text": "r"}}
LESSON = {"format": 1, "title": "t", "about": "a", "minutes": 3, "steps": [STEP]}


def written(folder: Path, content: Any, name: str = "x.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_there_are_six_at_least_and_each_asks() -> None:
    assert len(lessons()) >= 6
    for lesson in lessons().values():
        assert sum(step.ask is not None for step in lesson.steps) >= 2
        assert 5 <= lesson.minutes <= 15


@pytest.mark.parametrize("name", lessons())
def test_every_view_is_a_page_of_models_that_ship(name: str) -> None:
    for step in lessons()[name].steps:
        for view in (step.view, *([step.reveal.view] if step.reveal and step.reveal.view else [])):
            path, _, query = view.partition("?")
            page, asked = ADDRESSES[path], dict(parse_qsl(query, strict_parsing=True))
            assert set(asked) <= OTHERS | set(page.state) | OF_WAYS.get(asked.get("by", ""), set()), view
            named = {*asked.get("models", "").split(","), asked.get("model", "")} - {""}
            assert named <= SHIPPED, view


@pytest.mark.parametrize("name", lessons())
def test_a_question_has_an_answer_that_can_be_given(name: str) -> None:
    for step in lessons()[name].steps:
        if isinstance(step.ask, Choice):
            assert len(set(step.ask.options)) == len(step.ask.options)
        if isinstance(step.ask, Number):
            reached = (step.ask.truth - step.ask.low) / step.ask.step
            assert abs(reached - round(reached)) * step.ask.step <= step.ask.within
        if isinstance(step.ask, Pin):
            assert len(step.ask.truth) == 2
        if isinstance(step.ask, Draw):
            path, _, query = step.view.partition("?")
            asked = dict(parse_qsl(query))
            assert (path, asked["by"]) == ("create", "hand")
            names = json.loads((CHECKPOINTS / asked["model"] / "run.json").read_text())["data"]["class_names"]
            assert step.ask.truth in names
        if isinstance(step.ask, Order):
            assert len(set(step.ask.items)) == len(step.ask.items)


def test_right_answers_are_not_always_in_one_place() -> None:
    places = [step.ask.right for one in lessons().values() for step in one.steps if isinstance(step.ask, Choice)]
    assert all(places.count(place) < 0.7 * len(places) for place in set(places))


def test_the_nats_of_a_lesson_are_those_of_its_models() -> None:
    def nats(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        latents = load_model(CHECKPOINTS / name).latents
        assert latents.log_var is not None
        far, log_var = latents.mu.astype(np.float64) ** 2 / 2, latents.log_var.astype(np.float64)
        return far + (np.exp(log_var) - 1 - log_var) / 2, far.sum(1), latents.class_of_each()

    kl, far, digit = nats("mnist-vae")
    price = kl.sum(1)
    mean = price.mean().item()
    of = {label: price[digit == label].mean().item() for label in range(10)}
    out = {label: far[digit == label].mean().item() for label in (1, 8)}
    used = (nats("mnist-beta-vae-10")[0] > 0.01).sum(1)
    said = "\n".join(
        f"{step.caption} {step.reveal.text if step.reveal else ''}" for step in lessons()["what-is-a-nat"].steps
    )
    assert f"a code costs {mean:.2f} nats" in said
    assert f"about {math.exp(mean):,.0f}, or {mean / math.log(2):.1f} bits" in said
    assert f"This 4 costs {price[4172]:.2f}" in said
    assert f"an 8 costs {of[8]:.2f} nats on average, of a 1 {of[1]:.2f}, of a 0 most, {of[0]:.2f}" in said
    assert (min(of, key=of.__getitem__), max(of, key=of.__getitem__)) == (8, 0)
    assert f"costs {out[1]:.2f} nats for a 1 and {out[8]:.2f} for an 8" in said
    assert (int(used[5767]), int(used.max())) == (5, 5)
    assert f"{int((used == 5).sum()):,} use five numbers, and none uses more" in said


def test_as_many_digits_are_taken_for_another_as_a_lesson_says() -> None:
    latents = load_model(CHECKPOINTS / "mnist-vae").latents
    codes, digit = (torch.from_numpy(part) for part in (latents.mu, latents.class_of_each().astype(np.int64)))

    def taken(label: int, other: int) -> int:
        """How many with this label have most of the ten codes nearest to theirs with the other, of a tie the nearest."""
        ones = (digit == label).nonzero()[:, 0]
        apart = torch.cdist(codes[ones], codes)
        apart[torch.arange(len(ones)), ones] = torch.inf
        near = digit[apart.topk(10, largest=False).indices]
        votes = torch.nn.functional.one_hot(near, 10).sum(1)
        tied = votes.gather(1, near) == votes.max(1, keepdim=True).values
        return int((near[torch.arange(len(ones)), tied.int().argmax(1)] == other).sum())

    said = next(step.reveal for step in lessons()["half-way"].steps if isinstance(step.ask, Draw))
    assert said
    fours, nines = (int((digit == label).sum()) for label in (4, 9))
    assert (
        f"of the {fours:,} test 4s it takes {taken(4, 9)} for 9s, and of the {nines:,} test 9s {taken(9, 4)} for 4s"
        in said.text
    )


def test_the_honest_pair_gives_what_its_lesson_says() -> None:
    """Which of the bald faces lie among hats and among glasses, by the ten nearest, once a difference is added."""
    steps = lessons()["whose-glasses"].steps
    said = [step.reveal.text for step in steps if step.reveal]
    trays = [dict(parse_qsl(step.view.partition("?")[2])) for step in steps]
    latents = load_model(CHECKPOINTS / "faces").latents
    codes, hair = latents.mu.astype(np.float64), latents.class_of_each()
    wears = sample_factors(TEST_COUNT, TEST_SEED)[:, ORDERED["glasses"]] > 0
    bald, hat = 0, 3

    def members(tray: str) -> np.ndarray:
        return np.array([int(index) for index in tray[1:].split(".")])

    def shares(plus: np.ndarray, minus: np.ndarray) -> tuple[int, int]:
        moved = codes[others] + codes[plus].mean(0) - codes[minus].mean(0)
        near = ((moved[:, None] - codes) ** 2).sum(2).argsort(1)[:, :10]
        most = np.array([np.bincount(hair[row]).argmax() for row in near])
        return round(100 * float((most == hat).mean())), round(100 * float((wears[near].mean(1) > 0.5).mean()))

    plus, minus, alike = members(trays[0]["plus"]), members(trays[0]["minus"]), members(trays[1]["minus"])
    assert trays[1]["plus"] == trays[0]["plus"] and len(plus) == len(minus) == len(alike) == 20
    assert wears[plus].all() and not wears[minus].any() and not wears[alike].any()
    assert (hair[plus] == hat).all() and (hair[minus] == bald).all() and (hair[alike] == hat).all()
    others = np.setdiff1d(np.flatnonzero(~wears & (hair == bald)), minus)
    hats, glasses = shares(plus, minus)
    assert f"Of {len(others)} other bald faces without glasses, {hats} % lie among hats" in said[0]
    assert f"and {glasses} % among glasses" in said[0]
    assert shares(plus, alike) == (0, 99) and "None of the 221, and 99 % get glasses" in said[1]
    assert (trays[2]["plus"], trays[2]["minus"]) == ("glasses+", "glasses-")
    worn = [round(100 * float((hair[part] == hat).mean())) for part in (wears, ~wears)]
    assert "A hat is worn by {} % of the faces with glasses and by {} % of those without".format(*worn) in said[2]
    assert (
        shares(np.flatnonzero(wears), np.flatnonzero(~wears))[0] == 0
        and "No bald face of the 221 gets a hat" in said[2]
    )


def test_glasses_between_people_and_within_are_as_unlike_as_a_lesson_says() -> None:
    step = lessons()["whose-glasses"].steps[3]
    assert step.reveal and step.reveal.view
    latents = load_model(CHECKPOINTS / "olivetti-faces").latents
    codes, wears = latents.mu.astype(np.float64), latents.class_of_each()

    def trays(view: str) -> list[list[int]]:
        asked = dict(parse_qsl(view.partition("?")[2]))
        return [[int(index) for index in asked[tray][1:].split(".")] for tray in ("plus", "minus")]

    def of(person: int, tray: list[int]) -> list[int]:
        return [index for index in tray if index // 10 == person]

    def difference(plus: list[int], minus: list[int]) -> np.ndarray:
        assert wears[plus].all() and not wears[minus].any()
        found: np.ndarray = codes[plus].mean(0) - codes[minus].mean(0)
        return found

    def cosine(one: np.ndarray, other: np.ndarray) -> str:
        return f"{one @ other / np.linalg.norm(one) / np.linalg.norm(other):.2f}".replace("-", "−")

    between, within = trays(step.view), trays(step.reveal.view)
    people = [{index // 10 for index in tray} for tray in (*between, *within)]
    assert not people[0] & people[1] and people[2] == people[3]
    assert all(len(of(person, tray)) * len(people[2]) == len(tray) for tray in within for person in people[2])
    assert (
        f"The cosine of the two differences is {cosine(difference(*between), difference(*within))}:" in step.reveal.text
    )
    one, other = (difference(*(of(person, tray) for tray in within)) for person in people[2])
    each = [[i for i in range(len(codes)) if i // 10 == person] for person in people[2]]
    all_one, all_other = (
        difference([i for i in of_one if wears[i]], [i for i in of_one if not wears[i]]) for of_one in each
    )
    assert f"by {cosine(one, other)}, over all their photographs by {cosine(all_one, all_other)}:" in step.reveal.text


def test_a_way_changes_as_fast_and_passes_as_many_2s_as_a_lesson_says() -> None:
    model, steps = load_model(CHECKPOINTS / "mnist-vae"), lessons()["half-way"].steps

    def ends(view: str) -> list[np.ndarray]:
        asked = dict(parse_qsl(view.partition("?")[2]))
        return [np.array([float(part) for part in asked[end].split(",")]) for end in "ab"]

    a, b = ends(steps[1].view)
    way = a + (b - a) * np.linspace(0, 1, 201)[:, None]
    levels = 255 * decode_images(model.model, way.astype(np.float32), None).reshape(201, -1)
    change = np.abs(np.diff(levels, axis=0)).mean(1)
    ask, reveal = steps[1].ask, steps[1].reveal
    assert isinstance(ask, Pin)
    assert reveal
    fastest = change.argmax()
    assert np.hypot(*(way[fastest] - ask.truth)) < 0.02
    border = change[:80].argmax()
    assert f"changes by {change[fastest]:.1f} grey levels on average within a 200th of the way" in reveal.text
    assert f"it is {change[border]:.1f} at most; among the 1s at the end it is {change[-20:].mean():.1f}" in reveal.text
    middle, digit = np.mean(ends(steps[0].view), 0), model.latents.class_of_each()

    def near(code: np.ndarray) -> list[int]:
        """How many of each digit are among the 50 nearest test images."""
        apart = ((model.latents.mu - code) ** 2).sum(1)
        return [int(count) for count in np.bincount(digit[np.argsort(apart)[:50]], minlength=10)]

    assert steps[0].reveal
    assert max(near(middle)) == near(middle)[2]
    assert f"{near(middle)[2]} of the 50 nearest test images" in steps[0].reveal.text
    for place, digits in ((fastest, (5, 8)), (border, (0, 6))):
        around = [near(way[place + side]) for side in (-9, 9)]
        assert tuple(count.index(max(count)) for count in around) == digits


def test_a_lesson_begins_at_its_first_view() -> None:
    first = lessons()["holes"].steps[0]
    assert first_address("holes", first) == "./?model=deck-autoencoder&tool=point&zoom=0,0,4&lesson=holes&step=1"


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    assert load(written(tmp_path, LESSON)).steps[0].ask == Choice("choice", "?", ("a", "b"), 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": 3}, "title"),
        ({"more": 1}, "more"),
        ({"steps": []}, "a lesson has 1 to 30 steps; got 0"),
        ({"steps": [STEP] * 31}, "a lesson has 1 to 30 steps; got 31"),
        ({"steps": [STEP | {"reveal": None}]}, "a question and what it reveals come together"),
        ({"steps": [STEP | {"ask": CHOICE | {"right": 2}}]}, "the right option must be one of them; got 2"),
        ({"steps": [STEP | {"ask": CHOICE | {"options": ["a"]}}]}, "a choice has 2 to 6 options; got 1"),
        ({"steps": [STEP | {"reveal": {"view": "?z={guess}", "text": "r"}}]}, "{guess} is the code of a pin"),
        ({"format": 2}, "format"),
        ({"steps": [STEP | {"ask": {"kind": "draw", "text": "?", "truth": 9}}]}, "truth"),
        ({"steps": [STEP | {"ask": {"kind": "poem", "text": "?"}}]}, "ask"),
        ({"steps": [STEP | {"ask": {"kind": "order", "text": "?", "items": ["a"]}}]}, "an order has 3 to 6 items"),
    ],
)
def test_an_unsound_one_is_refused_in_a_sentence_that_names_it(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(written(tmp_path, LESSON | change))
    assert refusal(refused.value).startswith("x.json")
    assert said in refusal(refused.value)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"title": NaN}', "\x00"])
def test_what_is_no_lesson_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"lesson\.refused: why=\(record\.\w+: where=x\.json"):
        load(written(tmp_path, content))


def test_a_large_file_and_a_bad_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lesson\.too_long: .*most=65536"):
        load(written(tmp_path, LESSON | {"about": "x" * room.MAX_BYTES}))
    with pytest.raises(InputError, match=r"lesson\.name"):
        load(written(tmp_path, LESSON, "No Name.json"))


CASES = json.loads((Path(__file__).parents[1] / "cases" / "lessons.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_python_and_the_page_open_the_same_lessons(tmp_path: Path, case: dict[str, Any]) -> None:
    path = written(tmp_path, case["content"])
    if case["problem"] is None:
        assert len(load(path).steps) == len(json.loads(case["content"])["steps"])
    else:
        with pytest.raises(InputError, match=r"^lesson\."):
            load(path)
