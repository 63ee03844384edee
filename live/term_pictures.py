"""The glossary's pictures, drawn by code from what is true: `python -m live.term_pictures` writes them all again.

Each is one small SVG in words/pictures, read by the page and by ui/parts/glossary.py alike. All is painted in the
text's colour or, below `.lp-accent`, in the accent, so that one file is right on a light and on a dark page. Images and
codes are those of shipped models; a real image has a plain frame, a decoded one a dashed one.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from analysis.decoding import decode_images
from datasets.catalogue import load as load_data
from live.starts import median
from models.checkpoint import Checkpoint, load

FOLDER = Path(__file__).parent / "words" / "pictures"
MODELS = Path(__file__).parent.parent / "checkpoints"
DIGITS, MNIST, TEN = "digits-vae", "mnist-vae", "mnist-beta-vae-10"
WIDTH, HEIGHT = 240, 120
SHADES = 6  # of a pixel
PLAIN, SURE, UNSURE = 54, 329, 214  # test images of the small digits: a clear one, and two by how sure the encoder is
GOLDEN = math.pi * (3 - math.sqrt(5))
Point = tuple[float, float]


def code() -> str:
    """An image goes in, two numbers come out."""
    first, second = _model(DIGITS).latents.mu[PLAIN].tolist()
    return (
        _image(_real(PLAIN), 8, 28, 64)
        + _line("M84 34L122 50V70L84 86Z", width=1.5, fill=0.12)
        + _arrow((130, 60), (148, 60))
        + _accent(_number(first, 196, 54, 25), _number(second, 196, 86, 25))
    )


def latent_map() -> str:
    """The test set's codes of four classes, and what the middle of each is decoded to."""
    latents, unit, middle = _model(MNIST).latents, 23.0, (WIDTH / 2 + 4, HEIGHT / 2)
    corners = {0: (4.0, 4.0), 9: (4.0, 74.0), 1: (194.0, 4.0), 7: (194.0, 74.0)}
    drawn = []
    for (label, (x, y)), accent in zip(corners.items(), (True, False, False, True), strict=True):
        codes = latents.mu[latents.labels == label]
        centre, codes = median(codes), codes[:40]
        place = _place(centre, middle, unit)
        edge = (x + 42 if x < middle[0] else x, y + 21)
        part = _dots((_place(z, middle, unit) for z in codes), 3.4) + _line(
            f"M{_xy(edge)}L{_xy(place)}", width=1, opacity=0.55
        )
        drawn.append(_accent(part) if accent else part)
        drawn.append(_image(_decoded(centre), x, y, 42, decoded=True))
    return "".join(drawn)


def prior() -> str:
    """A hundred codes as the prior has them: 39 inside one sigma, 86 inside two."""
    middle, unit = (104.0, HEIGHT / 2), 18.0
    points = [(math.hypot(*point), _place(np.array(point), middle, unit)) for point in _spread(100)]
    inner, between, outer = (
        [place for size, place in points if low <= size < high] for low, high in ((0, 1), (1, 2), (2, 9))
    )
    return (
        _accent(_dots(inner, 3.6))
        + _dots(between, 3.6)
        + _dots(outer, 3.6, opacity=0.4)
        + _rings(middle, unit)
        + _accent(_line(f"M{_xy((middle[0] + unit, 54))}L178 42", width=1), _text(f"{len(inner)}%", 182, 46, 17))
        + _line(f"M{_xy((middle[0] + 2 * unit - 1, 68))}L178 80", width=1)
        + _text(f"{len(inner) + len(between)}%", 182, 88, 17)
    )


def posterior() -> str:
    """Two images and how sure the encoder is of each, both at the same scale."""
    log_var, unit, drawn = _model(DIGITS).latents.log_var, 54.0, ""
    assert log_var is not None
    for left, index in ((0, SURE), (120, UNSURE)):
        rx, ry = (np.exp(log_var[index] / 2) * unit).tolist()
        drawn += _image(_real(index), left + 8, 36, 48)
        drawn += _accent(_ellipse((left + 88, 60), rx, ry), _dots([(left + 88, 60)], 4))
    return drawn


def reconstruction() -> str:
    """A real image, its code, and what the decoder makes of it."""
    copy = decode_images(_model(DIGITS).model, _model(DIGITS).latents.mu[PLAIN, None])[0, 0]
    return (
        _image(_real(PLAIN), 12, 22, 76)
        + _arrow((94, 60), (110, 60))
        + _accent(_dots([(120, 60)], 9))
        + _arrow((130, 60), (146, 60))
        + _image(copy, 152, 22, 76, decoded=True)
    )


def kl() -> str:
    """What a vague code costs, and what a sure one far out: ellipses over the prior's ring, bars in nats."""
    unit, drawn = 34.0, ""
    for left, mean, sigma in ((0, (0.15, 0.1), (0.85, 0.8)), (120, (0.85, 0.6), (0.2, 0.25))):
        middle = (left + 58.0, 44.0)
        place = _place(np.array(mean), middle, unit)
        nats = sum((m * m + s * s - 1) / 2 - math.log(s) for m, s in zip(mean, sigma, strict=True))
        drawn += _rings(middle, unit, (1,)) + _accent(
            _ellipse(place, sigma[0] * unit, sigma[1] * unit),
            _dots([place], 4),
            _bar(left + 16, 92, nats * 25, 8),
        )
        drawn += _text(f"{nats:.1f} nats", left + 16, 116, 13)
    return drawn


def nat() -> str:
    """Two bells as wide as each other and the square root of 2 apart: the KL divergence of one to the other is 1."""
    unit, floor, high = 30.0, 96.0, 74.0

    def bell(middle: float) -> str:
        places = [x / 5 for x in range(-19, 20)]
        return "M" + "L".join(
            _xy((middle + x * unit, floor - high * math.exp(-x * x / 2))) for x in places
        )  # fmt: skip

    left, right = WIDTH / 2 - unit / math.sqrt(2), WIDTH / 2 + unit / math.sqrt(2)
    return (
        _line(f"M4 {floor}H236", width=1, opacity=0.55)
        + _line(bell(left), width=1.5, opacity=0.75, dash="5 4")
        + _accent(_line(bell(right), width=2, fill=0.22))
        + _text("1 nat", WIDTH / 2, 116, 13, "middle")
    )


def elbo() -> str:
    """How good the copy is, minus the price, is the score: bars in nats, the digits' own."""
    test = _model(DIGITS).run.test
    assert test.elbo is not None
    assert test.kl is not None
    copy, price, base, unit = -test.log_likelihood, sum(test.kl), 30.0, 2.9
    return (
        _line(f"M8 {base}H232", width=1, opacity=0.55)
        + _bar(24, base, 40, copy * unit, opacity=0.55)
        + _number(-copy, 44, base + copy * unit + 16, 13, digits=1)
        + _text("−", 84, base + 40, 24)
        + _accent(_bar(100, base - price * unit, 40, price * unit), _number(price, 120, base - price * unit - 5, 13, 1))
        + _text("=", 151, base + 40, 24)
        + _bar(176, base, 40, copy * unit, opacity=0.55)
        + _accent(_bar(176, base + copy * unit, 40, price * unit))
        + _number(test.elbo, 196, base + (copy + price) * unit + 15, 13, digits=1)
    )


def mmd_squared() -> str:
    """A cloud beside where it should lie, and one that lies there; each with its MMD²."""
    import torch

    from models.mmd import mmd

    unit, target, drawn = 15.0, np.array(_spread(40), np.float32), ""
    for left, shift, shrink in ((0, (1.9, 1.3), 0.55), (124, (0.0, 0.0), 1.0)):
        cloud = (np.array(_spread(40, turn=1.0)) * shrink + np.array(shift)).astype(np.float32)
        middle = (left + 50.0, 56.0)
        near, far = _place(np.zeros(2), middle, unit), _place(np.array(shift), middle, unit)
        drawn += _dots((_place(z, middle, unit) for z in target), 3.8, opacity=0.55)
        drawn += _accent(_dots((_place(z, middle, unit) for z in cloud), 3.8))
        drawn += _arrow(near, far) if any(shift) else ""
        drawn += _number(
            float(mmd(torch.from_numpy(cloud), torch.from_numpy(target), "two-dim").mean()), left + 50, 117, 14
        )
    return drawn


def sample() -> str:
    """A die, the code that it throws, and its image."""
    z, middle, unit = np.array([0.9, 1.1], np.float32), (122.0, HEIGHT / 2), 21.0
    pips = [(32 + dx * 12, 60 + dy * 12) for dx, dy in ((0, 0), (-1, -1), (1, 1), (-1, 1), (1, -1))]
    return (
        '<rect x="8" y="36" width="48" height="48" rx="9" fill="currentColor" fill-opacity=".12" stroke="currentColor"'
        ' stroke-width="2"/>' + _dots(pips, 8) + _arrow((61, 60), (76, 60)) + _rings(middle, unit)
        + _accent(_dots([_place(z, middle, unit)], 10)) + _arrow((168, 60), (180, 60))
        + _image(_decoded(z), 184, 34, 52, decoded=True)
    )  # fmt: skip


def extrapolates() -> str:
    """All codes of the test set, a place far from each, and what the decoder makes up there."""
    codes, middle, unit, z = _model(MNIST).latents.mu[::25], (54.0, 62.0), 15.0, np.array([4.6, 0.9], np.float32)
    nearest = codes[np.linalg.norm(codes - z, axis=1).argmin()]
    here, there = _place(z, middle, unit), _place(nearest, middle, unit)
    return (
        _dots((_place(code, middle, unit) for code in codes), 2.6, opacity=0.6)
        + _accent(_line(f"M{_xy(here)}L{_xy(there)}", width=1.5, dash="3 3"), _dots([here], 10))
        + _arrow((136, here[1]), (156, here[1]))
        + _image(_decoded(z), 162, 12, 70, decoded=True)
    )


def collapsed() -> str:
    """A slider from end to end, and the same image at each of five places: a dimension of a beta-VAE without nats."""
    checkpoint = _model(TEN)
    assert checkpoint.run.test.kl is not None
    unused = min(range(10), key=checkpoint.run.test.kl.__getitem__)
    places = np.tile(checkpoint.latents.mu[4], (5, 1))
    places[:, unused] = np.linspace(-2, 2, 5)
    drawn = "".join(_image(_decoded(z, TEN), 6 + 47.0 * i, 20, 40, decoded=True) for i, z in enumerate(places))
    track = _line("M26 90H214", width=5, opacity=0.3)
    return drawn + track + _accent(_dots([(167, 90)], 18))


PICTURES: dict[str, Callable[[], str]] = {
    "code": code, "map": latent_map, "prior": prior, "posterior": posterior, "reconstruction": reconstruction,
    "kl": kl, "nat": nat, "elbo": elbo, "mmd": mmd_squared, "sample": sample, "extrapolates": extrapolates,
    "collapsed": collapsed,
}  # fmt: skip


def picture(term: str) -> str:
    """The picture of a term as SVG; what it shows stands in words beside it, so that it has no name of its own."""
    return (
        f'<svg class="lp-drawing" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' aria-hidden="true">{PICTURES[term]()}</svg>\n'
    )


@cache
def _model(name: str) -> Checkpoint:
    return load(MODELS / name)


def _real(index: int) -> np.ndarray:
    """A test image of the small digits, `[8 8]` in [0, 1]."""
    return np.asarray(load_data("digits").test_x[index, 0], np.float32) / 255


def _decoded(z: np.ndarray, name: str = MNIST) -> np.ndarray:
    """What a model of MNIST draws at z, `[14 14]`: four pixels in one."""
    drawn = decode_images(_model(name).model, z[None])[0, 0]
    return np.asarray(drawn.reshape(14, 2, 14, 2).mean(axis=(1, 3)))


def _spread(count: int, turn: float = 0.0) -> list[Point]:
    """Points whose distances from 0 are the quantiles of the two-dimensional prior, around it in golden angles."""
    sizes = [math.sqrt(-2 * math.log(1 - (i + 0.5) / count)) for i in range(count)]
    return [(size * math.cos(turn + GOLDEN * i), size * math.sin(turn + GOLDEN * i)) for i, size in enumerate(sizes)]


def _place(z: np.ndarray, middle: Point, unit: float) -> Point:
    x, y = z.tolist()
    return (middle[0] + unit * x, middle[1] - unit * y)


def _xy(point: Point) -> str:
    return " ".join(_short(value) for value in point)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _accent(*parts: str) -> str:
    return f'<g class="lp-accent">{"".join(parts)}</g>'


def _dots(places: Iterable[Point], size: float, opacity: float = 1) -> str:
    """Dots as one path, for a line without length has round ends."""
    path = "".join(f"M{_xy(place)}h0" for place in places)
    return _line(path, size, opacity)


def _line(path: str, width: float, opacity: float = 1, fill: float = 0, dash: str = "") -> str:
    filled = f'fill="currentColor" fill-opacity="{fill}"' if fill else 'fill="none"'
    extra = (f' opacity="{opacity}"' if opacity < 1 else "") + (f' stroke-dasharray="{dash}"' if dash else "")
    return (
        f'<path d="{path}" {filled} stroke="currentColor" stroke-width="{_short(width)}" stroke-linecap="round"'
        f' stroke-linejoin="round"{extra}/>'
    )


def _arrow(start: Point, end: Point) -> str:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    wings = [(end[0] - 6 * math.cos(angle + turn), end[1] - 6 * math.sin(angle + turn)) for turn in (0.6, -0.6)]
    return _line(f"M{_xy(start)}L{_xy(end)}M{_xy(wings[0])}L{_xy(end)}L{_xy(wings[1])}", 2)


def _rings(middle: Point, unit: float, sigmas: Sequence[int] = (1, 2)) -> str:
    return "".join(
        f'<circle cx="{_short(middle[0])}" cy="{_short(middle[1])}" r="{_short(sigma * unit)}" fill="none"'
        ' stroke="currentColor" stroke-width="1.5" opacity=".75"/>'
        for sigma in sigmas
    )


def _ellipse(middle: Point, rx: float, ry: float) -> str:
    return (
        f'<ellipse cx="{_short(middle[0])}" cy="{_short(middle[1])}" rx="{_short(rx)}" ry="{_short(ry)}"'
        ' fill="currentColor" fill-opacity=".22" stroke="currentColor" stroke-width="2"/>'
    )


def _bar(x: float, y: float, width: float, height: float, opacity: float = 1) -> str:
    return (
        f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(width)}" height="{_short(height)}"'
        f' fill="currentColor" opacity="{opacity}"/>'
    )


def _text(text: str, x: float, y: float, size: float, anchor: str = "start") -> str:
    return (
        f'<text x="{_short(x)}" y="{_short(y)}" font-size="{size}" font-weight="600" fill="currentColor"'
        f' text-anchor="{anchor}">{text}</text>'
    )


def _number(value: float, x: float, y: float, size: float, digits: int = 2) -> str:
    return _text(f"{value:.{digits}f}".replace("-", "−"), x, y, size, "middle")


def _image(pixels: np.ndarray, x: float, y: float, size: float, decoded: bool = False) -> str:
    """A grey image on black, a run of equal pixels a piece, with its frame: plain, or dashed where it was decoded."""
    shades = np.rint(pixels * SHADES).astype(int).tolist()
    runs: dict[int, str] = {}
    for row, line in enumerate(shades):
        start = 0
        for column in range(1, len(line) + 1):
            if column == len(line) or line[column] != line[start]:
                runs[line[start]] = runs.get(line[start], "") + f"M{start} {row}h{column - start}v1h{start - column}z"
                start = column
    painted = "".join(
        f'<path d="{path}" opacity="{shade / SHADES:.2g}"/>' for shade, path in sorted(runs.items()) if shade
    )
    dashed = ' stroke-dasharray="4 3"' if decoded else ""
    frame = (
        f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(size)}" height="{_short(size)}" fill="none"'
        f' stroke="currentColor" stroke-width="2"{dashed}/>'
    )
    return (
        f'<g transform="translate({_short(x)} {_short(y)}) scale({size / len(shades):.4g})" fill="#fff"'
        f' shape-rendering="crispEdges"><path d="M0 0h{len(shades)}v{len(shades)}h-{len(shades)}z" fill="#000"/>'
        f"{painted}</g>{_accent(frame) if decoded else frame}"
    )


def main() -> None:
    """Writes every picture."""
    FOLDER.mkdir(exist_ok=True)
    for term in PICTURES:
        (FOLDER / f"{term}.svg").write_text(picture(term), "utf-8")


if __name__ == "__main__":
    main()
