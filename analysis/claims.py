"""What published programs claim, and what our measurements of the same programs say: numbers judge, not words.

A claim names the models that it is about; its verdict and its sentence are made from their measurements alone.
Knows measurements and their file; knows nothing of screens or of training.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.measurement import Measurement
from models import strict_json
from models.atomic import write_file
from models.errors import InputError, require

HOLDS, IN_PART, FAILS, TOO_CLOSE = "holds", "holds in part", "does not hold", "too close to tell"
ERROR, ERRORS = " error", 2  # a comparison counts from two standard errors of the difference
FILE = "measured.json"
DEAD_NATS = 0.01
BURDA_NATS, NEAR_NATS = 86.76, 0.3
KERAS_NATS = 146.95
Numbers = Mapping[str, Mapping[str, float]]
Judgement = tuple[str, str]


@dataclass(frozen=True)
class MeasuredModel:
    """All that was measured of one model: `samples` is k of the bound, on `images` test images."""

    run_id: str
    samples: int
    images: int
    rows: tuple[Measurement, ...]


@dataclass(frozen=True)
class Measured:
    """What `python -m benchmarks reproduce` writes."""

    models: tuple[MeasuredModel, ...]

    def numbers(self) -> Numbers:
        """Values by model and key, their standard errors under key + `ERROR`; what is not defined is not there."""
        return {
            model.run_id: {row.key: row.value for row in model.rows if row.value is not None}
            | {row.key + ERROR: row.error for row in model.rows if row.error is not None}
            for model in self.models
        }


@dataclass(frozen=True)
class Claim:
    """`text`: what was published, in our words; `models`: whom it is about; `judge`: verdict and sentence.

    `of_codes`: whether the picture that shows it is that of the codes, or else of what the decoder draws.
    """

    key: str
    source: str
    text: str
    models: tuple[str, ...]
    judge: Callable[[Numbers], Judgement]
    of_codes: bool = True


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


def _above(ours: Mapping[str, float], theirs: Mapping[str, float], key: str) -> bool | None:
    """Whether our value is the greater one; None where two standard errors could turn it."""
    difference = ours[key] - theirs[key]
    error = math.hypot(ours.get(key + ERROR, 0.0), theirs.get(key + ERROR, 0.0))
    return None if abs(difference) < ERRORS * error else difference > 0


def _verdict(wins: Sequence[bool | None]) -> str:
    if any(wins):
        return HOLDS if all(wins) else IN_PART
    return TOO_CLOSE if None in wins else FAILS


def _told(numbers: Mapping[str, float], key: str) -> str:
    """A value with its standard error."""
    error = numbers.get(key + ERROR)
    return f"{numbers[key]:.2f}" + (f" ± {error:.2f}" if error is not None else "")


def _centred(vae: Mapping[str, float], mmd: Mapping[str, float]) -> Judgement:
    wins = (_above(vae, mmd, "centre"), abs(mmd["spread"] - 1) < abs(vae["spread"] - 1), _above(vae, mmd, "mmd"),
            _above(mmd, vae, "coverage"))  # fmt: skip
    return _verdict(wins), (
        f"VAE against MMD-VAE: mean {vae['centre']:.2f} from 0 against {mmd['centre']:.2f}, standard deviation "
        f"{vae['spread']:.2f} against {mmd['spread']:.2f}, MMD² to the prior {vae['mmd']:.4f} against "
        f"{mmd['mmd']:.4f}, {vae['coverage']:.0%} of the prior covered against {mmd['coverage']:.0%}."
    )


def _smoother(vae: Mapping[str, float], mmd: Mapping[str, float]) -> Judgement:
    return _verdict([_above(vae, mmd, "morph_jump")]), (
        "The largest step of a morph over its mean step, VAE against MMD-VAE: "
        f"{_told(vae, 'morph_jump')} against {_told(mmd, 'morph_jump')} (1 is perfectly even)."
    )


def _sharper(vae: Mapping[str, float], mmd: Mapping[str, float]) -> Judgement:
    return _verdict([_above(mmd, vae, "sharpness")]), (
        "Mean gradient of samples from the prior, VAE against MMD-VAE: "
        f"{vae['sharpness']:.4f} against {mmd['sharpness']:.4f} grey levels a pixel; real test images have "
        f"{vae['sharpness_of_test']:.4f}."
    )


def _apart(vae: Mapping[str, float], mmd: Mapping[str, float]) -> Judgement:
    wins = (_above(mmd, vae, "knn_accuracy"), _above(mmd, vae, "silhouette"))
    return _verdict(wins), (
        f"VAE against MMD-VAE: the ten nearest codes name the class in {vae['knn_accuracy']:.0%} against "
        f"{mmd['knn_accuracy']:.0%} of the cases (± 1%), silhouette {_told(vae, 'silhouette')} against "
        f"{_told(mmd, 'silhouette')}."
    )


Comparison = Callable[[Mapping[str, float], Mapping[str, float]], Judgement]


def _of_post(key: str, text: str, compare: Comparison, of_codes: bool = True) -> tuple[Claim, ...]:
    """A claim of the R post, on Fashion-MNIST, on which it was made, and on MNIST."""
    claims = []
    for suffix, data in (("", "Fashion-MNIST"), ("-mnist", "MNIST")):
        vae, mmd = f"post-vae{suffix}", f"post-mmd-vae{suffix}"

        def judge(numbers: Numbers, vae: str = vae, mmd: str = mmd) -> Judgement:
            return compare(numbers[vae], numbers[mmd])

        claims.append(Claim(f"post-{key}{suffix}", f"{_POST}; here on {data}", text, (vae, mmd), judge, of_codes))
    return tuple(claims)


def _matches_the_prior(numbers: Numbers) -> Judgement:
    zhao = numbers["zhao-mmd-vae"]
    near = zhao["centre"] < 0.5 and abs(zhao["spread"] - 1) < 0.25
    sentence = (
        f"In 20 dimensions: mean {zhao['centre']:.2f} from 0, standard deviation {zhao['spread']:.2f}, MMD² to the "
        f"prior {zhao['mmd']:.4f}, {zhao['coverage']:.0%} of the prior covered."
    )
    return HOLDS if near and zhao["coverage"] > 0.5 else IN_PART if near else FAILS, sentence


def _keras_loss(numbers: Numbers) -> Judgement:
    found = numbers["keras-io-vae"]
    difference = -found["elbo"] - KERAS_NATS
    sentence = (
        f"{-found['elbo']:.1f} ± {found.get('elbo' + ERROR, 0.0):.1f} nats on test images, of which the KL is "
        f"{found['kl']:.2f}; theirs is the mean of the last epoch over the 70,000 images that they train on."
    )
    near = abs(difference) <= ERRORS * found.get("elbo" + ERROR, 0.0)
    return HOLDS if near else IN_PART if abs(difference) < 0.05 * KERAS_NATS else FAILS, sentence


def _burda_bound(numbers: Numbers) -> Judgement:
    bound = -numbers["burda-vae"]["bound"]
    sentence = (
        f"{bound:.2f} nats by the same bound of 5,000 samples on all test images: {abs(bound - BURDA_NATS):.2f} "
        f"{'more' if bound > BURDA_NATS else 'less'}, after 500 epochs in batches of 100 where they took 3,280 in "
        "batches of 20."
    )
    return HOLDS if bound < BURDA_NATS + NEAR_NATS else IN_PART if bound < BURDA_NATS + 1 else FAILS, sentence


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

CLAIMS: tuple[Claim, ...] = (
    Claim("book-map", _BOOK, "Each digit has a region of its own in the plane of the codes.",
          ("book-mlp", "book-cnn"), _by_class),
    Claim("book-cvae", _BOOK, "Once the label is given, the codes no longer say which digit it is.",
          ("book-cvae", "book-cnn"), _label_leaves_z),
    Claim("book-beta", _BOOK, "At beta = 9 the codes are a round blob; at beta = 10 one dimension is dead.",
          ("book-cvae", "book-beta-7", "book-beta-9", "book-beta-10"), _beta_kills),
    Claim("keras-loss", "keras.io, example Variational AutoEncoder",
          "After 30 epochs the loss is 146.95 nats: 140.15 for the reconstruction, 6.80 for the KL.",
          ("keras-io-vae",), _keras_loss),
    *_of_post("centre", "The MMD-VAE's codes are centred at 0 and spread like the prior, the VAE's are not.", _centred),
    *_of_post("morph", "Morphs of the MMD-VAE are smoother.", _smoother, of_codes=False),
    *_of_post("sharp", "Samples of the MMD-VAE are sharper.", _sharper, of_codes=False),
    *_of_post("apart", "The MMD-VAE keeps the classes further apart.", _apart),
    Claim("zhao-prior", "Zhao, Song and Ermon 2017, mmd_vae.py",
          "The codes are distributed like the prior, without a KL.", ("zhao-mmd-vae",), _matches_the_prior),
    Claim("burda-bound", "Burda, Grosse and Salakhutdinov 2015, table 1",
          "A VAE with 50 latents gives a binarised digit 86.76 nats of negative log-likelihood.", ("burda-vae",),
          _burda_bound, of_codes=False),
    Claim("deck-holes", "A teaching deck on VAEs", "An autoencoder leaves holes where a VAE fills the prior.",
          ("deck-autoencoder", "deck-both"), _holes),
    Claim("deck-terms", "A teaching deck on VAEs",
          "Reconstruction alone scatters the codes, KL alone empties them; both together give a map.",
          ("deck-reconstruction", "deck-kl", "deck-both"), _two_terms),
)  # fmt: skip
