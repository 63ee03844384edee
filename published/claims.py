"""What published programs claim: the table of claims, each with its programs, its judge and its sentence.

Verdict and sentence are made from measurements and from the programs' own settings alone. Knows no screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.errors import InputError, require
from published import verdicts
from published.measured import Numbers
from published.programs import PROGRAMS, program_plan
from published.verdicts import BURDA_NATS, KERAS_NATS, Facts, Judgement, Verdict

WORDS = {
    Verdict.HOLDS: "holds",
    Verdict.IN_PART: "holds in part",
    Verdict.FAILS: "does not hold",
    Verdict.TOO_CLOSE: "too close to tell",
}


@dataclass(frozen=True)
class Claim:
    """`text`: what was published, in our words. `programs`: those that it is about, by the name that judge and
    sentence have for them. `of_codes`: whether codes show it, or else what the decoder draws.
    """

    key: str
    source: str
    text: str
    programs: Mapping[str, str]
    judge: Callable[..., Judgement]
    sentence: str
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
    """The verdict and all values of the sentence; raises InputError where a program has not been measured."""
    missing = [name for name in claim.models if name not in numbers]
    require(not missing, "claim.not_measured", programs=missing)
    facts = {role: _facts(name, numbers) for role, name in claim.programs.items()}
    try:
        judgement = claim.judge(**facts)
        values = {**facts, **judgement.values}
        claim.sentence.format(**values)  # a value that only the sentence needs may be missing too
    except KeyError as error:
        raise InputError("claim.not_defined", number=str(error.args[0])) from None
    return Judgement(judgement.verdict, values)


def sentence_of(claim: Claim, judgement: Judgement) -> str:
    """What our measurements say of the claim, in words."""
    return claim.sentence.format(**judgement.values)


def _facts(name: str, numbers: Numbers) -> Facts:
    """Of one program: the settings that judges and sentences name, and all that was measured."""
    plan, options = program_plan(name), PROGRAMS[name].options
    training = plan.training
    settings = {"epochs": training.epochs, "batch_size": training.batch_size, "beta": training.weights.beta,
                "latent_dim": plan.model.latent_dim}  # fmt: skip
    return settings | ({"samples": options.samples} if options else {}) | dict(numbers[name])


_BOOK, _POST = "Advanced Deep Learning with Keras, ch. 8", "Representation learning with MMD-VAE (R/Keras)"
_DECK = "A teaching deck on VAEs"


def _of_post(
    key: str, text: str, judge: Callable[..., Judgement], sentence: str, of_codes: bool = True
) -> tuple[Claim, ...]:
    """A claim of the R post, on Fashion-MNIST, on which it was made, and on MNIST."""
    return tuple(
        Claim(f"post-{key}{suffix}", f"{_POST}; here on {data}", text,
              {"vae": f"post-vae{suffix}", "mmd": f"post-mmd-vae{suffix}"}, judge, sentence, of_codes)
        for suffix, data in (("", "Fashion-MNIST"), ("-mnist", "MNIST"))
    )  # fmt: skip


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "book-map", _BOOK, "Each digit has a region of its own in the plane of the codes.",
        {"mlp": "book-mlp", "cnn": "book-cnn"}, verdicts.regions,
        "The ten nearest codes name the digit in {mlp[knn_accuracy]:.0%} (MLP) and {cnn[knn_accuracy]:.0%} (CNN) of "
        "the cases: the others lie where digits share a region. {mlp[coverage]:.0%} and {cnn[coverage]:.0%} of the "
        "prior is covered.",
    ),
    Claim(
        "book-cvae", _BOOK, "Once the label is given, the codes no longer say which digit it is.",
        {"given": "book-cvae", "without": "book-cnn"}, verdicts.label_leaves_z,
        "The ten nearest codes name the digit in {given[knn_accuracy]:.0%} of the cases (chance: 10%); without the "
        "label, in {without[knn_accuracy]:.0%}.",
    ),
    Claim(
        "book-beta", _BOOK, "At beta = 9 the codes are a round blob; at beta = 10 one dimension is dead.",
        {"plain": "book-cvae", "low": "book-beta-7", "blob": "book-beta-9", "killed": "book-beta-10"},
        verdicts.beta_kills,
        "Nats that the two dimensions carry: "
        + "; ".join(
            f"beta {{{role}[beta]:g}}: {{{role}[kl_1]:.2f}} and {{{role}[kl_2]:.2f}}"
            for role in ("plain", "low", "blob", "killed")
        )
        + ". Dead dimensions: {dead[0]}, {dead[1]}, {dead[2]} and {dead[3]}.",
    ),
    Claim(
        "keras-loss", "keras.io, example Variational AutoEncoder",
        f"After 30 epochs the loss is {KERAS_NATS} nats: 140.15 for the reconstruction, 6.80 for the KL.",
        {"ours": "keras-io-vae"}, verdicts.keras_loss,
        "{loss:.1f} ± {error:.1f} nats on test images, of which the KL is {ours[kl]:.2f}; theirs is the mean of the "
        "last epoch over the 70,000 images that they train on.",
    ),
    *_of_post(
        "centre", "The MMD-VAE's codes are centred at 0 and spread like the prior, the VAE's are not.",
        verdicts.centred,
        "VAE against MMD-VAE: mean {vae[centre]:.2f} from 0 against {mmd[centre]:.2f}, standard deviation "
        "{vae[spread]:.2f} against {mmd[spread]:.2f}, MMD² to the prior {vae[mmd]:.4f} against {mmd[mmd]:.4f}, "
        "{vae[coverage]:.0%} of the prior covered against {mmd[coverage]:.0%}.",
    ),
    *_of_post(
        "morph", "Morphs of the MMD-VAE are smoother.", verdicts.smoother,
        "The largest step of a morph over its mean step, VAE against MMD-VAE: {vae_jump} against {mmd_jump} (1 is "
        "perfectly even).",
        of_codes=False,
    ),
    *_of_post(
        "sharp", "Samples of the MMD-VAE are sharper.", verdicts.sharper,
        "Mean gradient of samples from the prior, VAE against MMD-VAE: {vae[sharpness]:.4f} against "
        "{mmd[sharpness]:.4f} grey levels a pixel; real test images have {vae[sharpness_of_test]:.4f}.",
        of_codes=False,
    ),
    *_of_post(
        "apart", "The MMD-VAE keeps the classes further apart.", verdicts.apart,
        "VAE against MMD-VAE: the ten nearest codes name the class in {vae[knn_accuracy]:.0%} against "
        "{mmd[knn_accuracy]:.0%} of the cases (± 1%), silhouette {vae_silhouette} against {mmd_silhouette}.",
    ),
    Claim(
        "zhao-prior", "Zhao, Song and Ermon 2017, mmd_vae.py",
        "The codes are distributed like the prior, without a KL.", {"zhao": "zhao-mmd-vae"},
        verdicts.matches_the_prior,
        "In {zhao[latent_dim]} dimensions: mean {zhao[centre]:.2f} from 0, standard deviation {zhao[spread]:.2f}, "
        "MMD² to the prior {zhao[mmd]:.4f}, {zhao[coverage]:.0%} of the prior covered.",
    ),
    Claim(
        "burda-bound", "Burda, Grosse and Salakhutdinov 2015, table 1",
        f"A VAE with 50 latents gives a binarised digit {BURDA_NATS} nats of negative log-likelihood.",
        {"ours": "burda-vae"}, verdicts.burda_bound,
        "{nats:.2f} nats by the same bound of {ours[samples]:,} samples on all test images: {difference} against "
        "theirs, after {ours[epochs]} epochs in batches of {ours[batch_size]} where they took 3,280 in batches of 20.",
        of_codes=False,
    ),
    Claim(
        "deck-holes", _DECK, "An autoencoder leaves holes where a VAE fills the prior.",
        {"plain": "deck-autoencoder", "vae": "deck-both"}, verdicts.holes,
        "Autoencoder: standard deviation of the codes {plain[spread]:.1f}, {plain[coverage]:.0%} of the prior "
        "covered. VAE: {vae[spread]:.2f} and {vae[coverage]:.0%}.",
    ),
    Claim(
        "deck-terms", _DECK,
        "Reconstruction alone scatters the codes, KL alone empties them; both together give a map.",
        {"only": "deck-reconstruction", "kl": "deck-kl", "both": "deck-both"}, verdicts.two_terms,
        "Reconstruction only: standard deviation of the codes {only[spread]:.1f}, {only[coverage]:.0%} of the prior "
        "covered, 10-NN {only[knn_accuracy]:.0%}. KL only: {kl[kl]:.2f} nats, 10-NN {kl[knn_accuracy]:.0%}. "
        "Both: {both[coverage]:.0%} covered, 10-NN {both[knn_accuracy]:.0%}.",
    ),
)  # fmt: skip
