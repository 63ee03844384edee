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
        citation="Hinton and Salakhutdinov 2006",
    ),
    "vae": Family(
        "VAE",
        conditional=False,
        stochastic=True,
        objective="elbo",
        formula=_LIKELIHOOD + " - " + _KL,
        short_formula=r"\log p(x|z) - \mathrm{KL}",
        citation="Kingma and Welling 2013, eq. 3",
    ),
    "cvae": Family(
        "CVAE",
        conditional=True,
        stochastic=True,
        objective="elbo",
        formula=_LIKELIHOOD_Y + " - " + _KL_Y,
        short_formula=r"\log p(x|z,y) - \mathrm{KL}",
        citation="Sohn, Lee and Yan 2015, eq. 4",
    ),
    "beta-vae": Family(
        "beta-VAE",
        conditional=False,
        stochastic=True,
        objective="beta-elbo",
        formula=_LIKELIHOOD + r" - \beta\," + _KL,
        short_formula=r"\log p(x|z) - \beta\,\mathrm{KL}",
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
        citation="Zhao, Song and Ermon 2017, eq. 6 with alpha = 1",
    ),
    "mmd-cvae": Family(
        "MMD-CVAE",
        conditional=True,
        stochastic=True,
        objective="mmd",
        formula=_LIKELIHOOD_Y + " - " + _MMD,
        short_formula=r"\log p(x|z,y) - \lambda\,\mathrm{MMD}^2",
        citation="Zhao, Song and Ermon 2017; Sohn, Lee and Yan 2015",
    ),
    "infovae": Family(
        "InfoVAE",
        conditional=False,
        stochastic=True,
        objective="infovae",
        formula=_LIKELIHOOD + r" - (1-\alpha)\," + _KL + r" - (\alpha+\lambda-1)\,\mathrm{MMD}^2\big(q(z),\,p(z)\big)",
        short_formula=r"\log p(x|z) - (1-\alpha)\,\mathrm{KL} - (\alpha+\lambda-1)\,\mathrm{MMD}^2",
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
    """What a training maximises: LaTeX, long and for a card, and where it is from.

    `name`: the catalogue has a sentence on it under `explained.NAME`.
    """

    formula: str
    short_formula: str
    name: str
    citation: str


# what follows log p(x|z) where a family is trained on another objective than its own: long and short, source
_INSTEAD = {
    "elbo-monte-carlo": (
        r" - \beta\,\big(\log q(z|x) - \log p(z)\big)", r" - \beta\,\mathrm{KL}",
        "",
    ),
    "capacity-elbo": (
        r" - \gamma\,\big|\mathrm{KL} - C\big|", r" - \gamma\,|\mathrm{KL} - C|", "Burgess et al. 2018, eq. 8",
    ),
    "reconstruction": ("", "", ""),
}  # fmt: skip


def explained(name: str, objective: str) -> Explained:
    """What the family called `name` is trained on: its own objective, or another one."""
    family = family_of(name)
    if objective == "kl":
        return Explained("- " + (_KL_Y if family.conditional else _KL), r"-\mathrm{KL}", objective, family.citation)
    if objective == family.objective or objective not in _INSTEAD:
        return Explained(family.formula, family.short_formula, name, family.citation)
    term, short, citation = _INSTEAD[objective]
    likelihood = _LIKELIHOOD_Y if family.conditional else _LIKELIHOOD
    given = r"\log p(x|z,y)" if family.conditional else r"\log p(x|z)"
    return Explained(likelihood + term, given + short, objective, citation or family.citation)
