"""What published programs claim, and what our measurements of the same programs say: numbers judge, not words.

A claim names the models that it is about; its verdict and its sentence are made from their measurements alone.
Knows measurements and their file; knows nothing of screens or of training.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.measurement import Measurement
from models import strict_json
from models.atomic import write_file
from models.errors import InputError, require

HOLDS, IN_PART, FAILS = "holds", "holds in part", "does not hold"
FILE = "measured.json"
DEAD_NATS = 0.01
Numbers = Mapping[str, Mapping[str, float]]
Judgement = tuple[str, str]


@dataclass(frozen=True)
class MeasuredModel:
    """All that was measured of one model."""

    run_id: str
    rows: tuple[Measurement, ...]


@dataclass(frozen=True)
class Measured:
    """What `python -m benchmarks reproduce` writes: `samples` is k of the bound, on `images` test images."""

    samples: int
    images: int
    models: tuple[MeasuredModel, ...]

    def numbers(self) -> Numbers:
        """Values by model and key; what is not defined for a model is not there."""
        return {
            model.run_id: {row.key: row.value for row in model.rows if row.value is not None} for model in self.models
        }


@dataclass(frozen=True)
class Claim:
    """`text`: what was published, in our words; `models`: whom it is about; `judge`: verdict and sentence."""

    key: str
    source: str
    text: str
    models: tuple[str, ...]
    judge: Callable[[Numbers], Judgement]


def load_measured(path: Path) -> Measured:
    """The file of measurements; raises InputError with what is wrong with it."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: the measurements can't be read ({error}).") from None
    found: Measured = strict_json.read(Measured, text, path.name)
    return found


def save_measured(path: Path, measured: Measured) -> None:
    """Writes the file whole or not at all."""
    write_file(path, strict_json.write(measured).encode())


def judged(claim: Claim, numbers: Numbers) -> Judgement:
    """Verdict and sentence; raises InputError where a model of the claim has not been measured."""
    missing = [name for name in claim.models if name not in numbers]
    require(not missing, f"not measured yet: {', '.join(missing)}.")
    try:
        return claim.judge(numbers)
    except KeyError as error:
        raise InputError(f"{error.args[0]} is not defined for one of its models.") from None


def _by_class(numbers: Numbers) -> Judgement:
    mlp, cnn = (numbers[name]["knn_accuracy"] for name in ("book-mlp", "book-cnn"))
    covered = [numbers[name]["coverage"] for name in ("book-mlp", "book-cnn")]
    sentence = (
        f"The ten nearest codes name the digit in {mlp:.0%} (MLP) and {cnn:.0%} (CNN) of the cases: the others lie "
        f"where digits share a region. {covered[0]:.0%} and {covered[1]:.0%} of the prior is covered."
    )
    return HOLDS if min(mlp, cnn) > 0.8 else IN_PART if min(mlp, cnn) > 0.5 else FAILS, sentence


def _label_leaves_z(numbers: Numbers) -> Judgement:
    with_label, without = numbers["book-cvae"]["knn_accuracy"], numbers["book-cnn"]["knn_accuracy"]
    sentence = (
        f"The ten nearest codes name the digit in {with_label:.0%} of the cases (chance: 10%); without the label, in "
        f"{without:.0%}."
    )
    return HOLDS if with_label < 0.2 else IN_PART if with_label < 0.5 * without else FAILS, sentence


def _beta_kills(numbers: Numbers) -> Judgement:
    runs = {1: "book-cvae", 7: "book-beta-7", 9: "book-beta-9", 10: "book-beta-10"}
    nats = {beta: sorted((numbers[run]["kl_1"], numbers[run]["kl_2"]), reverse=True) for beta, run in runs.items()}
    dead = {beta: sum(value < DEAD_NATS for value in values) for beta, values in nats.items()}
    shown = "; ".join(f"beta {beta}: {values[0]:.2f} and {values[1]:.2f}" for beta, values in nats.items())
    first = next((beta for beta, count in dead.items() if count), None)
    told = f"The first dead dimension is at beta {first}." if first else "No dimension is dead at any of them."
    verdict = HOLDS if not dead[9] and dead[10] == 1 else IN_PART if first else FAILS
    return verdict, f"Nats that the two dimensions carry: {shown}. {told}"


def _post(numbers: Numbers, key: str) -> list[tuple[float, float]]:
    """VAE and MMD-VAE of the R post, on Fashion-MNIST and on MNIST."""
    return [(numbers[f"post-vae{data}"][key], numbers[f"post-mmd-vae{data}"][key]) for data in ("", "-mnist")]


def _verdict(wins: Sequence[bool]) -> str:
    return HOLDS if all(wins) else IN_PART if any(wins) else FAILS


def _centred(numbers: Numbers) -> Judgement:
    centre, spread, mmd, cover = (_post(numbers, key) for key in ("centre", "spread", "mmd", "coverage"))
    wins = [
        mmd_centre < vae_centre and abs(mmd_spread - 1) < abs(vae_spread - 1) and mmd_cover > vae_cover
        for (vae_centre, mmd_centre), (vae_spread, mmd_spread), (vae_cover, mmd_cover) in zip(
            centre, spread, cover, strict=True
        )
    ]
    parts = [
        f"{data}: mean {vc:.2f} from 0 against {mc:.2f}, standard deviation {vs:.2f} against {ms:.2f}, MMD² "
        f"{vm:.4f} against {mm:.4f}, {vo:.0%} of the prior covered against {mo:.0%}"
        for data, (vc, mc), (vs, ms), (vm, mm), (vo, mo) in zip(
            ("Fashion-MNIST", "MNIST"), centre, spread, mmd, cover, strict=True
        )
    ]
    return _verdict(wins), f"VAE against MMD-VAE. {'. '.join(parts)}.".replace("-0.", "−0.")


def _compared(key: str, digits: int, less_is_better: bool, name: str) -> Callable[[Numbers], Judgement]:
    def judge(numbers: Numbers) -> Judgement:
        pairs = _post(numbers, key)
        wins = [(mmd < vae) == less_is_better and mmd != vae for vae, mmd in pairs]
        shown = "; ".join(
            f"{data} {vae:.{digits}f} against {mmd:.{digits}f}"
            for data, (vae, mmd) in zip(("Fashion-MNIST", "MNIST"), pairs, strict=True)
        )
        return _verdict(wins), f"{name}, VAE against MMD-VAE: {shown}."

    return judge


def _apart(numbers: Numbers) -> Judgement:
    votes, silhouettes = _post(numbers, "knn_accuracy"), _post(numbers, "silhouette")
    wins = [mmd > vae for vae, mmd in (*votes, *silhouettes)]
    parts = [
        f"{data}: the nearest codes name the class in {vv:.0%} against {mv:.0%}, silhouette {vs:.2f} against {ms:.2f}"
        for data, (vv, mv), (vs, ms) in zip(("Fashion-MNIST", "MNIST"), votes, silhouettes, strict=True)
    ]
    return _verdict(wins), f"VAE against MMD-VAE. {'. '.join(parts)}.".replace("-0.", "−0.")


def _matches_the_prior(numbers: Numbers) -> Judgement:
    zhao = numbers["zhao-mmd-vae"]
    near = zhao["centre"] < 0.5 and abs(zhao["spread"] - 1) < 0.25
    sentence = (
        f"In 20 dimensions: mean {zhao['centre']:.2f} from 0, standard deviation {zhao['spread']:.2f}, MMD² to the "
        f"prior {zhao['mmd']:.4f}, {zhao['coverage']:.0%} of the prior covered."
    )
    return HOLDS if near and zhao["coverage"] > 0.5 else IN_PART if near else FAILS, sentence


def _holes(numbers: Numbers) -> Judgement:
    plain, vae = numbers["deck-autoencoder"], numbers["deck-both"]
    sentence = (
        f"Autoencoder: standard deviation of the codes {plain['spread']:.1f}, {plain['coverage']:.0%} of the prior "
        f"covered. VAE: {vae['spread']:.2f} and {vae['coverage']:.0%}."
    )
    return HOLDS if vae["coverage"] > plain["coverage"] and plain["spread"] > 2 else IN_PART, sentence


def _two_terms(numbers: Numbers) -> Judgement:
    only, kl, both = (numbers[f"deck-{name}"] for name in ("reconstruction", "kl", "both"))
    sentence = (
        f"Reconstruction only: standard deviation of the codes {only['spread']:.1f}, {only['coverage']:.0%} of the "
        f"prior covered, 10-NN {only['knn_accuracy']:.0%}. KL only: {kl['kl']:.2f} nats, 10-NN "
        f"{kl['knn_accuracy']:.0%}. "
        f"Both: {both['coverage']:.0%} covered, 10-NN {both['knn_accuracy']:.0%}."
    )
    apart = (
        only["coverage"] < both["coverage"] and kl["kl"] < DEAD_NATS * 10 and both["knn_accuracy"] > kl["knn_accuracy"]
    )
    return HOLDS if apart else IN_PART, sentence


_BOOK, _POST = "Advanced Deep Learning with Keras, ch. 8", "Representation learning with MMD-VAE (R/Keras)"
_POSTS = ("post-vae", "post-mmd-vae", "post-vae-mnist", "post-mmd-vae-mnist")

CLAIMS: tuple[Claim, ...] = (
    Claim("book-map", _BOOK, "Each digit has a region of its own in the plane of the codes.",
          ("book-mlp", "book-cnn"), _by_class),
    Claim("book-cvae", _BOOK, "Once the label is given, the codes no longer say which digit it is.",
          ("book-cvae", "book-cnn"), _label_leaves_z),
    Claim("book-beta", _BOOK, "At beta = 9 the codes are a round blob; at beta = 10 one dimension is dead.",
          ("book-cvae", "book-beta-7", "book-beta-9", "book-beta-10"), _beta_kills),
    Claim("post-centre", _POST, "The MMD-VAE's codes are centred at 0 and spread like the prior, the VAE's are not.",
          _POSTS, _centred),
    Claim("post-morph", _POST, "Morphs of the MMD-VAE are smoother.", _POSTS,
          _compared("morph_jump", 2, True, "The largest step of a morph over its mean step")),
    Claim("post-sharp", _POST, "Samples of the MMD-VAE are sharper.", _POSTS,
          _compared("sharpness", 4, False, "Mean gradient of samples")),
    Claim("post-apart", _POST, "The MMD-VAE keeps the classes further apart.", _POSTS, _apart),
    Claim("zhao-prior", "Zhao, Song and Ermon 2017, mmd_vae.py",
          "The codes are distributed like the prior, without a KL.", ("zhao-mmd-vae",), _matches_the_prior),
    Claim("deck-holes", "A teaching deck on VAEs", "An autoencoder leaves holes where a VAE fills the prior.",
          ("deck-autoencoder", "deck-both"), _holes),
    Claim("deck-terms", "A teaching deck on VAEs",
          "Reconstruction alone scatters the codes, KL alone empties them; both together give a map.",
          ("deck-reconstruction", "deck-kl", "deck-both"), _two_terms),
)  # fmt: skip
