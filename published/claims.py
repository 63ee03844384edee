"""What published programs claim: the table of claims, each with its programs and its judge.

Verdict and what is told are made from measurements and from the programs' own settings alone. Knows no words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.errors import InputError, require
from published import verdicts
from published.measured import Numbers
from published.programs import PROGRAMS, program_plan
from published.verdicts import Facts, Judgement


@dataclass(frozen=True)
class Claim:
    """What was published, and what our numbers say of it, are the catalogue's `claim.SUBJECT` and
    `claim.SUBJECT.measured`. `programs`: those that it is about, by the name that judge and catalogue have for them.
    `data`: the data set, where the same is said of several. `of_codes`: whether codes show it, or else what the decoder
    draws.
    """

    key: str
    source: str
    programs: Mapping[str, str]
    judge: Callable[..., Judgement]
    data: str = ""
    of_codes: bool = True

    @property
    def models(self) -> tuple[str, ...]:
        """The names of its programs."""
        return tuple(self.programs.values())

    @property
    def subject(self) -> str:
        """Its key without the data set: claims that say the same of two data sets share it."""
        return self.key.removesuffix("-mnist")


def judged(claim: Claim, numbers: Numbers) -> Judgement:
    """The verdict and all values that may be told; raises InputError where a program has not been measured."""
    missing = [name for name in claim.models if name not in numbers]
    require(not missing, "claim.not_measured", programs=missing)
    facts = {role: _facts(name, numbers) for role, name in claim.programs.items()}
    try:
        judgement = claim.judge(**facts)
    except KeyError as error:
        raise InputError("claim.not_defined", number=str(error.args[0])) from None
    told = {f"{role}_{name}": value for role, of_one in facts.items() for name, value in of_one.items()}
    return Judgement(judgement.verdict, {**told, **judgement.values})


def _facts(name: str, numbers: Numbers) -> Facts:
    """Of one program: the settings that judges and sentences name, and all that was measured."""
    plan, options = program_plan(name), PROGRAMS[name].options
    training = plan.training
    settings = {"epochs": training.epochs, "batch_size": training.batch_size, "beta": training.weights.beta,
                "latent_dim": plan.model.latent_dim}  # fmt: skip
    return settings | ({"samples": options.samples} if options else {}) | dict(numbers[name])


_BOOK, _POST = "Advanced Deep Learning with Keras, ch. 8", "Representation learning with MMD-VAE (R/Keras)"
_DECK = "A teaching deck on VAEs"


def _of_post(key: str, judge: Callable[..., Judgement], of_codes: bool = True) -> tuple[Claim, ...]:
    """A claim of the R post, on Fashion-MNIST, on which it was made, and on MNIST."""
    return tuple(
        Claim(f"post-{key}{suffix}", _POST, {"vae": f"post-vae{suffix}", "mmd": f"post-mmd-vae{suffix}"}, judge,
              data, of_codes)
        for suffix, data in (("", "Fashion-MNIST"), ("-mnist", "MNIST"))
    )  # fmt: skip


CLAIMS: tuple[Claim, ...] = (
    Claim("book-map", _BOOK, {"mlp": "book-mlp", "cnn": "book-cnn"}, verdicts.regions),
    Claim("book-cvae", _BOOK, {"given": "book-cvae", "without": "book-cnn"}, verdicts.label_leaves_z),
    Claim(
        "book-beta", _BOOK,
        {"plain": "book-cvae", "low": "book-beta-7", "blob": "book-beta-9", "killed": "book-beta-10"},
        verdicts.beta_kills,
    ),
    Claim("keras-loss", "keras.io, example Variational AutoEncoder", {"ours": "keras-io-vae"}, verdicts.keras_loss),
    *_of_post("centre", verdicts.centred),
    *_of_post("morph", verdicts.smoother, of_codes=False),
    *_of_post("sharp", verdicts.sharper, of_codes=False),
    *_of_post("apart", verdicts.apart),
    Claim(
        "zhao-prior", "Zhao, Song and Ermon 2017, mmd_vae.py", {"zhao": "zhao-mmd-vae"}, verdicts.matches_the_prior
    ),
    Claim(
        "burda-bound", "Burda, Grosse and Salakhutdinov 2015, table 1", {"ours": "burda-vae"}, verdicts.burda_bound,
        of_codes=False,
    ),
    Claim("deck-holes", _DECK, {"plain": "deck-autoencoder", "vae": "deck-both"}, verdicts.holes),
    Claim(
        "deck-terms", _DECK, {"only": "deck-reconstruction", "kl": "deck-kl", "both": "deck-both"}, verdicts.two_terms
    ),
)  # fmt: skip
