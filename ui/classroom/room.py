"""A class as a plain value, and what may happen to it.

Knows lessons; knows no clock, no socket and no disk. A member is the hash of a token; there are no names.
"""

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from live.lessons import MOST_STEPS, Choice, Draw, Lesson, Number, Order, Pin, Step, lessons
from models.strict_json import ADDED_LATER
from ui.limits import CLASS_SKETCHES, MEMBERS
from ui.view_state import MAX_LATENT

LETTERS, CODE_LENGTH = "ABCDEFGHJKMNPQRSTWXYZ", 5  # none that is taken for another one
COLOURS, ANIMALS = 12, 25  # of which a member has one each: live/words/en.json has their names
MOST_ROUNDS = 5
MOST_LATENTS = 128
ROUNDED = 3  # decimals of a code
LEAST_LABELS, MOST_LABELS = 2, 6  # of drawings, as live/engine/album.js has them
LATER = {ADDED_LATER: True}
OWN = "own"  # what a lesson is called that its teacher brought
Ask = Choice | Pin | Number | Order | Draw


@dataclass(frozen=True)
class Sketch:
    """A drawing that answers a question. `right`: whether the model took it for what was asked, says the page that
    knows the model; `ink`: 28 x 28 grey levels in four bits each, in base64.
    """

    right: bool
    ink: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{523}=$")]


Answer = float | tuple[float, ...] | Sketch  # an option, a number; a pin's code, the items in the order they were put
Pacing = Literal["follow", "free"]
ANYWHERE = Pin("pin", "", (), 0.0)  # what is asked where there is no lesson: a place of the map


class RefusedError(Exception):
    """What is asked of a class can't be; `code` names the sentence, `class.refused.<code>` of the catalogue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def hidden(secret: str) -> str:
    """What is kept of a token or a key, each of which is long and random: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass
class Question:
    """What is asked at one step. `rounds`: the answers of each vote, by the member's number as a text."""

    rounds: list[dict[str, Answer]] = field(default_factory=lambda: [{}])
    shown: bool = False
    revealed: bool = False


@dataclass
class Room:
    """One class. `key`: the hash of what its teacher steers by; `opened`: seconds since 1970.

    `lesson`: its name, or "" for free exploration, in which each question of the teacher is a step of its own, a pin.
    `own`: the lesson itself where its teacher brought it. `view`: the teacher's address, "" for the step's own.
    `members`: their numbers by the hashes of their tokens. `labels`: what there is to draw, a name or "" each;
    `gathers`: whether drawings are taken now.
    """

    code: str
    key: str
    opened: float
    lesson: str
    questions: list[Question] = field(default_factory=list)
    step: int = 1
    pacing: Pacing = "follow"
    eyes: bool = False
    view: str = ""
    members: dict[str, int] = field(default_factory=dict)
    own: Lesson | None = field(default=None, metadata=LATER)
    labels: tuple[str, ...] = field(default=(), metadata=LATER)
    gathers: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        _need((self.own is not None) == (self.lesson == OWN), "lesson")
        if self.lesson:
            self.questions = self.questions or [Question() for _ in self.steps]
            _need(len(self.questions) == len(self.steps), "lesson")
        _need(1 <= self.step <= max(1, len(self.questions)), "step")

    def is_teacher(self, key: str) -> bool:
        """Whether this is the teacher's key; how long that takes does not tell how much of it is right."""
        return hmac.compare_digest(hidden(key), self.key)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those of the lesson; refused where it is not here any more."""
        found = self.own or lessons().get(self.lesson)
        if found is None:
            raise RefusedError("lesson")
        return found.steps

    @property
    def ask(self) -> Ask | None:
        """What is asked at the present step."""
        if not self.questions:
            return None
        return self.steps[self.step - 1].ask if self.lesson else ANYWHERE

    @property
    def question(self) -> Question:
        """How far the question of the present step has come; refused where nothing is asked."""
        _need(self.ask is not None, "nothing")
        return self.questions[self.step - 1]

    def join(self, token: str) -> int:
        """The number of the member with this token, who may be a new one."""
        name = hidden(token)
        if name not in self.members:
            _need(len(self.members) < MEMBERS, "full")
            taken = set(self.members.values())
            self.members[name] = next(number for number in range(MEMBERS) if number not in taken)
        return self.members[name]

    def leave(self, number: int) -> None:
        """Forgets a member and all its answers."""
        self.members = {name: other for name, other in self.members.items() if other != number}
        for question in self.questions:
            for answers in question.rounds:
                answers.pop(str(number), None)

    @property
    def asked_in(self) -> str:
        """The address of the view in which the present question is asked."""
        return self.steps[self.step - 1].view if self.lesson else self.view

    def answer(self, number: int, step: int, vote: int, value: Answer, reach: float = MAX_LATENT) -> None:
        """A member's answer in the vote that is open; a later one takes its place. `vote`: its number, from 1 on;
        `reach`: the largest number of a pin's code.
        """
        _need(step == self.step, "late")
        question, ask = self.question, self.ask
        _need(not question.revealed and vote == len(question.rounds), "late")
        _need(not isinstance(value, Sketch) or self._sketches() < CLASS_SKETCHES, "drawings")
        question.rounds[-1][str(number)] = _sound(ask, value, reach)

    def _sketches(self) -> int:
        """How many drawings there are among all answers."""
        rounds = (answers for question in self.questions for answers in question.rounds)
        return sum(isinstance(answer, Sketch) for answers in rounds for answer in answers.values())

    def gather(self, labels: tuple[str, ...]) -> None:
        """Lets the class draw: what there is to draw, of which none that there was may go."""
        _need(max(LEAST_LABELS, len(self.labels)) <= len(labels) <= MOST_LABELS, "message")
        self.labels, self.gathers = labels, True

    def answer_of(self, number: int) -> Answer | None:
        """A member's answer in the present vote, if there is one."""
        return self.questions[self.step - 1].rounds[-1].get(str(number)) if self.ask else None

    def go(self, step: int) -> None:
        """To another step of the lesson, in its own view."""
        _need(1 <= step <= len(self.questions), "step")
        self.step, self.view = step, ""

    def ask_anywhere(self) -> None:
        """Where there is no lesson: asks for a pin, after whatever was asked before."""
        _need(not self.lesson and len(self.questions) < MOST_STEPS, "step")
        self.questions.append(Question())
        self.step = len(self.questions)

    def vote_again(self) -> None:
        """A further vote on the present question, hidden as the first one; the answers of both are kept."""
        question = self.question
        _need(not question.revealed and len(question.rounds) < MOST_ROUNDS, "again")
        question.rounds.append({})
        question.shown = False

    def reveal(self) -> None:
        """Ends the votes on the present question."""
        self.question.revealed = True
        self.view = ""

    def state(self) -> dict[str, Any]:
        """What every pupil is told, beside what is their own: short, for it goes to all of them."""
        ask = self.ask
        question = self.questions[self.step - 1] if ask else Question()
        told = {
            "lesson": self.lesson, "step": self.step, "asks": ask is not None, "pacing": self.pacing, "eyes": self.eyes,
            "view": self.view, "round": len(question.rounds), "shown": question.shown, "revealed": question.revealed,
        }  # fmt: skip
        if self.gathers:
            told["labels"] = self.labels
        return told | ({"rounds": [tally(ask, answers) for answers in question.rounds]} if question.shown else {})

    def teachers_state(self) -> dict[str, Any]:
        """What the teacher is told: how many have answered, also before anybody sees what; drawings once they show."""
        answers = self.questions[self.step - 1].rounds[-1] if self.ask else {}
        told = self.state() | {"members": len(self.members), "votes": len(answers)}
        drawn = [answer.ink for answer in answers.values() if isinstance(answer, Sketch)]
        return told | ({"sketches": drawn} if drawn and told["shown"] else {})


def looks(number: int) -> tuple[int, int]:
    """A member's colour and animal: two members never share both."""
    colour, place = number % COLOURS, number // COLOURS
    return colour, (place + 7 * colour) % ANIMALS


def tally(ask: Ask | None, answers: dict[str, Answer]) -> list[Any]:
    """A vote as it is shown: all pins, or each answer with how many gave it, in their order."""
    if isinstance(ask, Pin):
        return list(answers.values())
    if isinstance(ask, Draw):
        right = [answer.right for answer in answers.values() if isinstance(answer, Sketch)]
        return [[1, sum(right)], [0, len(right) - sum(right)]]
    return [list(row) for row in sorted(Counter(answers.values()).items())]


def _sound(ask: Ask | None, value: Answer, reach: float) -> Answer:
    """The answer, if one can be given to this question."""
    match ask, value:
        case Choice(options=options), float():
            fits = value in range(len(options))
        case Number(low=low, high=high), float():
            fits = low <= value <= high
        case Order(items=items), tuple():
            fits = sorted(value) == list(range(len(items)))
        case Pin(truth=truth), tuple():
            fits = 0 < len(value) <= MOST_LATENTS and len(value) == (len(truth) or len(value))
            _need(all(abs(part) <= reach for part in value), "outside")
        case Draw(), Sketch():
            fits = True
        case _:
            fits = False
    _need(fits, "answer")
    return tuple(round(part, ROUNDED) for part in value) if isinstance(value, tuple) else value


def _need(condition: bool, code: str) -> None:
    if not condition:
        raise RefusedError(code)
