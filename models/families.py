"""The families: VAE, CVAE, beta-VAE, MMD-VAE, the autoencoder and their relatives, one row each.

A family is conditioned or not, an objective, a prior, and its defaults; nothing is overridden. Knows no network.
"""

from dataclasses import dataclass

from models.errors import require

STANDARD, VAMP, OF_CLASS = "standard", "vamp", "of-class"
PRIORS = (STANDARD, VAMP, OF_CLASS)  # N(0, I), or what a family learns: models/learnt_prior.py


@dataclass(frozen=True)
class Family:
    """One row. `formula`: LaTeX of what training maximises, `short_formula` the same for a card.

    `prior`: one of `PRIORS`; `pseudo_inputs`: how many a VampPrior has, 0 for any other.
    """

    title: str
    conditional: bool
    stochastic: bool
    objective: str
    formula: str
    short_formula: str
    sentence: str
    citation: str
    beta: float = 1.0
    mmd_weight: float = 1000.0
    alpha: float = 0.0
    prior: str = STANDARD
    pseudo_inputs: int = 0


_LIKELIHOOD = r"\mathbb{E}_{q(z|x)}[\log p(x|z)]"
_LIKELIHOOD_Y = r"\mathbb{E}_{q(z|x,y)}[\log p(x|z,y)]"
_KL = r"\mathrm{KL}\big(q(z|x)\,\|\,p(z)\big)"
_KL_Y = r"\mathrm{KL}\big(q(z|x,y)\,\|\,p(z)\big)"
_KL_PARTS = r"I(x;z) - \beta\,\mathrm{TC}(z) - \textstyle\sum_j \mathrm{KL}\big(q(z_j)\,\|\,p(z_j)\big)"
_KL_VAMP = r"\mathrm{KL}\big(q(z|x)\,\|\,\tfrac{1}{K}\textstyle\sum_k q(z|u_k)\big)"
_KL_GIVEN_Y = r"\mathrm{KL}\big(q(z|x,y)\,\|\,p(z|y)\big)"
_MMD = r"\lambda\,\mathrm{MMD}^2\big(q(z),\,p(z)\big)"

FAMILIES: dict[str, Family] = {
    "autoencoder": Family(
        "Autoencoder",
        conditional=False,
        stochastic=False,
        objective="reconstruction",
        formula=r"\log p(x\,|\,z),\quad z = \mu(x)",
        short_formula=r"\log p(x|z)",
        sentence="Only the reconstruction counts: nothing keeps the codes together, so between them lie holes.",
        citation="Hinton and Salakhutdinov 2006",
    ),
    "vae": Family(
        "VAE",
        conditional=False,
        stochastic=True,
        objective="elbo",
        formula=_LIKELIHOOD + " - " + _KL,
        short_formula=r"\log p(x|z) - \mathrm{KL}",
        sentence="Every image becomes a small cloud of codes, and each cloud pays for its distance from the prior.",
        citation="Kingma and Welling 2013, eq. 3",
    ),
    "cvae": Family(
        "CVAE",
        conditional=True,
        stochastic=True,
        objective="elbo",
        formula=_LIKELIHOOD_Y + " - " + _KL_Y,
        short_formula=r"\log p(x|z,y) - \mathrm{KL}",
        sentence="Encoder and decoder are told the class, so z is free to hold the handwriting.",
        citation="Sohn, Lee and Yan 2015, eq. 4",
    ),
    "beta-vae": Family(
        "beta-VAE",
        conditional=False,
        stochastic=True,
        objective="beta-elbo",
        formula=_LIKELIHOOD + r" - \beta\," + _KL,
        short_formula=r"\log p(x|z) - \beta\,\mathrm{KL}",
        sentence="A heavier KL divergence: simpler codes, blurrier images, and some dimensions may die.",
        citation="Higgins et al. 2017, eq. 4",
        beta=4.0,
    ),
    "beta-cvae": Family(
        "beta-CVAE",
        conditional=True,
        stochastic=True,
        objective="beta-elbo",
        formula=_LIKELIHOOD_Y + r" - \beta\," + _KL_Y,
        short_formula=r"\log p(x|z,y) - \beta\,\mathrm{KL}",
        sentence="The class is told, and the KL divergence is heavier: the beta-VAE of the Keras book.",
        citation="Higgins et al. 2017, eq. 4; Atienza, Advanced Deep Learning with Keras, ch. 8",
        beta=4.0,
    ),
    "mmd-vae": Family(
        "MMD-VAE",
        conditional=False,
        stochastic=True,
        objective="mmd",
        formula=_LIKELIHOOD + " - " + _MMD,
        short_formula=r"\log p(x|z) - \lambda\,\mathrm{MMD}^2",
        sentence="Single codes may be as sharp as they like; only all of them together must look like the prior.",
        citation="Zhao, Song and Ermon 2017, eq. 6 with alpha = 1",
    ),
    "mmd-cvae": Family(
        "MMD-CVAE",
        conditional=True,
        stochastic=True,
        objective="mmd",
        formula=_LIKELIHOOD_Y + " - " + _MMD,
        short_formula=r"\log p(x|z,y) - \lambda\,\mathrm{MMD}^2",
        sentence="An MMD-VAE whose encoder and decoder are told the class.",
        citation="Zhao, Song and Ermon 2017; Sohn, Lee and Yan 2015",
    ),
    "infovae": Family(
        "InfoVAE",
        conditional=False,
        stochastic=True,
        objective="infovae",
        formula=_LIKELIHOOD + r" - (1-\alpha)\," + _KL + r" - (\alpha+\lambda-1)\,\mathrm{MMD}^2\big(q(z),\,p(z)\big)",
        short_formula=r"\log p(x|z) - (1-\alpha)\,\mathrm{KL} - (\alpha+\lambda-1)\,\mathrm{MMD}^2",
        sentence="Between VAE and MMD-VAE: alpha says how much of the price of single codes is taken away.",
        citation="Zhao, Song and Ermon 2017, eq. 6",
        alpha=0.5,
        mmd_weight=100.0,  # of a stochastic encoder 1000 kills every dimension: on MNIST KL 0.00 after 2 epochs
    ),
    "beta-tcvae": Family(
        "beta-TCVAE",
        conditional=False,
        stochastic=True,
        objective="beta-tcvae",
        formula=_LIKELIHOOD + " - " + _KL_PARTS,
        short_formula=r"\log p(x|z) - \mathrm{KL} - (\beta-1)\,\mathrm{TC}",
        sentence="Only the dependence between the numbers of a code costs more; what they say of the image does not.",
        citation="Chen et al. 2018, eq. 4 with alpha = gamma = 1",
        beta=6.0,
    ),
    "vampprior": Family(
        "VampPrior VAE",
        conditional=False,
        stochastic=True,
        objective="elbo",
        formula=_LIKELIHOOD + " - " + _KL_VAMP,
        short_formula=r"\log p(x|z) - \mathrm{KL}",
        sentence="The prior is learnt too: a mixture of the posteriors of K learnt images, so codes need not be round.",
        citation="Tomczak and Welling 2018, eq. 9",
        prior=VAMP,
        pseudo_inputs=50,
    ),
    "conditional-prior": Family(
        "CVAE with p(z|y)",
        conditional=True,
        stochastic=True,
        objective="elbo",
        formula=_LIKELIHOOD_Y + " - " + _KL_GIVEN_Y,
        short_formula=r"\log p(x|z,y) - \mathrm{KL}",
        sentence="A CVAE whose every class has a prior of its own, learnt: a Gaussian for each.",
        citation="Sohn, Lee and Yan 2015, eq. 4",
        prior=OF_CLASS,
    ),
}


def family_of(name: str) -> Family:
    """The row called `name`; raises InputError that lists the names."""
    require(name in FAMILIES, "model.family", known=list(FAMILIES), got=name[:40])
    return FAMILIES[name]


@dataclass(frozen=True)
class Explained:
    """What a training maximises: LaTeX, long and for a card, a sentence and where it is from."""

    formula: str
    short_formula: str
    sentence: str
    citation: str


# what follows log p(x|z) where a family is trained on another objective than its own: long and short, sentence, source
_INSTEAD = {
    "elbo-monte-carlo": (
        r" - \beta\,\big(\log q(z|x) - \log p(z)\big)", r" - \beta\,\mathrm{KL}",
        "One draw of z stands in for both expectations.", "",
    ),
    "capacity-elbo": (
        r" - \gamma\,\big|\mathrm{KL} - C\big|", r" - \gamma\,|\mathrm{KL} - C|",
        "The KL divergence is held at C nats, which rise from 0 while it trains.", "Burgess et al. 2018, eq. 8",
    ),
    "reconstruction": ("", "", "Only the reconstruction counts: nothing keeps the codes near the prior.", ""),
}  # fmt: skip


def explained(family: Family, objective: str) -> Explained:
    """What a family is trained on: its own objective, or another one."""
    if objective == "kl":
        sentence = "Only the KL divergence counts: codes become the prior, and no image is learnt."
        return Explained("- " + (_KL_Y if family.conditional else _KL), r"-\mathrm{KL}", sentence, family.citation)
    if objective == family.objective or objective not in _INSTEAD:
        return Explained(family.formula, family.short_formula, family.sentence, family.citation)
    term, short, sentence, citation = _INSTEAD[objective]
    likelihood = _LIKELIHOOD_Y if family.conditional else _LIKELIHOOD
    given = r"\log p(x|z,y)" if family.conditional else r"\log p(x|z)"
    return Explained(likelihood + term, given + short, sentence, citation or family.citation)
