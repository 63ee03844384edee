"""The waiting line: round robin between sessions, first come first served within one."""

from training.line import Line


def _line(*names: str) -> Line:
    """`a1` is session a's name 1."""
    line = Line()
    for name in names:
        line.join(name[0], name)
    return line


def _all(line: Line) -> list[str]:
    taken = []
    while (name := line.take()) is not None:
        taken.append(name)
    return taken


def test_an_empty_line_has_nobody() -> None:
    line = Line()
    assert line.take() is None
    assert not line
    assert list(line) == []


def test_sessions_take_turns() -> None:
    line = _line("a1", "a2", "a3", "b1", "c1", "c2")
    order = ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert list(line) == order
    assert _all(line) == order


def test_who_had_a_turn_goes_behind_the_others() -> None:
    line = _line("a1", "a2", "b1")
    assert line.take() == "a1"
    line.join("c", "c1")
    assert _all(line) == ["b1", "a2", "c1"]


def test_one_can_leave_and_one_can_come_first() -> None:
    line = _line("a1", "a2", "b1")
    line.leave("a", "a1")
    line.leave("b", "b1")
    line.leave("b", "b1")
    line.leave("x", "x1")
    line.join("a", "a0", first=True)
    assert list(line) == ["a0", "a2"]
    assert "b1" not in line
