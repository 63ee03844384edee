"""The models that ship with the app, one row each; `python -m training --shipped` rebuilds them all.

Knows plans only. All models with 2 latents on one data set have the same network and the same schedule, but for those
that ship with their epochs: the films of both take at most 10 MB, so their networks are small.
"""

from dataclasses import replace

from training.plans import Plan, as_dial, make_plan, with_changes

NETWORK = {"widths": (384, 384, 384), "activation": "gelu"}
SCHEDULE = {"epochs": 50, "batch_size": 128}
# MNIST, 30 epochs: -133.1 nats at 2e-3, -134.4 at 1e-3; Fashion-MNIST, 50 epochs: -252.0 at 2e-3, -250.0 at 1e-3
LEARNING_RATE = {"mnist": 2e-3, "fashion-mnist": 1e-3}
DIGITS_NETWORK = {"widths": (128, 128), "activation": "gelu"}
DIGITS_SCHEDULE = {"epochs": 100, "learning_rate": 2e-3, "batch_size": 32}
# MNIST, 12 epochs, 150,000 parameters: -139.8 nats in batches of 64 at 3e-3, -142.8 of 128 at 2e-3; with widths 96, 64
# -146.6; Fashion-MNIST's log-likelihood: -248.4 at 3e-3, -249.7 at 2e-3, -252.1 at 1e-3
FILM_NETWORK = {"widths": (64, 128, 128), "activation": "gelu"}
FILM_SCHEDULE = {"epochs": 12, "batch_size": 64, "learning_rate": 3e-3}
# colour without noise needs a heavy beta in 2 latents: at 1 the codes spread over 3.5 prior deviations, and the square
# that is shown holds one colour
FACES_NETWORK = {"widths": (256, 256), "activation": "gelu"}
FACES_SCHEDULE = {"batch_size": 128, "learning_rate": 2e-3, "beta_warmup": 1}
RHYTHMS_NETWORK = {"widths": (128, 128), "activation": "gelu"}
RHYTHMS_SCHEDULE = {"epochs": 16, "batch_size": 128, "learning_rate": 3e-3}
# 1,500 steps each, as few photographs bear; half as wide for the large ones, so that it stays at 2 MB
FREY_SCHEDULE = {"epochs": 60, "batch_size": 64, "learning_rate": 2e-3, "beta_warmup": 6}
OLIVETTI_SCHEDULE = {"epochs": 150, "batch_size": 32, "learning_rate": 2e-3, "beta_warmup": 15}
SPRITES_SCHEDULE = {"epochs": 12, "batch_size": 128, "learning_rate": 2e-3}
# narrow, so that each is about 2 MB
CHORALES_NETWORK = {"widths": (128, 128), "activation": "gelu"}
CHORALES_SCHEDULE = {"epochs": 20, "batch_size": 128, "learning_rate": 2e-3}


def _row(family: str, data: str, latent_dim: int = 2, learning_rate: float = 0.0) -> Plan:
    schedule = SCHEDULE | {"learning_rate": learning_rate or LEARNING_RATE[data]}
    return make_plan(family, data, latent_dim, NETWORK, schedule)


def _film(family: str, data: str) -> Plan:
    plan = make_plan(family, data, 2, FILM_NETWORK, FILM_SCHEDULE)
    return replace(plan, title=f"{plan.title.split(',')[0]}, 12 epochs to look back at")


def _small(family: str, data: str) -> Plan:
    """The network and schedule of a film, without its epochs: beside mnist-vae-film they differ by their objective."""
    return make_plan(family, data, 2, FILM_NETWORK, FILM_SCHEDULE)


def _seed(seed: int) -> Plan:
    """The recipe of mnist-vae with another seed: weights, noise and the order of the images differ, nothing else."""
    plan = with_changes(_row("vae", "mnist"), {}, {"seed": seed}, {})
    return replace(plan, title=f"{plan.title}, seed {seed}")


def _faces(latent_dim: int, beta: float, epochs: int) -> Plan:
    plan = make_plan("beta-vae", "faces", latent_dim, FACES_NETWORK, FACES_SCHEDULE | {"epochs": epochs})
    return with_changes(plan, {}, {}, {"beta": beta})


def _chorales(family: str, latent_dim: int) -> Plan:
    return make_plan(family, "chorales", latent_dim, CHORALES_NETWORK, CHORALES_SCHEDULE)


# each at most 2 MB on disk with its 17 values, as the page's first load is to be; up to where all dimensions are dead
DIAL_NETWORK, SMALL_DIAL_NETWORK = {"widths": (256, 256)}, {"widths": (96, 128, 128)}
DIAL_RATE = {"mnist": 3e-3, "fashion-mnist": 1.5e-3}
DIAL_END = {"mnist": 50.0, "fashion-mnist": 200.0}
# one model for each number of latents, alike in all else, to be set side by side
SERIES_NETWORK = {"widths": (64, 128, 128)}
SERIES_SCHEDULE = {"epochs": 10, "learning_rate": 4e-3}
LATENTS = (1, 2, 3, 5, 10, 20)


def _dial(data: str, latent_dim: int = 2, axis: str = "beta") -> Plan:
    network = DIAL_NETWORK if latent_dim == 2 else SMALL_DIAL_NETWORK
    family, high = ("vae", DIAL_END[data]) if axis == "beta" else ("mmd-vae", None)
    plan = make_plan(family, data, latent_dim, network, {"epochs": 24, "learning_rate": DIAL_RATE[data]})
    return as_dial(plan, axis, high=high)


SHIPPED: dict[str, Plan] = {
    "mnist-vae": _row("vae", "mnist"),
    "mnist-cvae": _row("cvae", "mnist"),
    "mnist-mmd-vae": _row("mmd-vae", "mnist"),
    "mnist-beta-vae": _row("beta-vae", "mnist"),
    # nothing holds its codes together: at 2e-3 it stops at -132
    "mnist-autoencoder": _row("autoencoder", "mnist", learning_rate=1e-3),
    "fashion-vae": _row("vae", "fashion-mnist"),
    "fashion-cvae": _row("cvae", "fashion-mnist"),
    "fashion-mmd-vae": _row("mmd-vae", "fashion-mnist"),
    "fashion-beta-vae": _row("beta-vae", "fashion-mnist"),
    "fashion-autoencoder": _row("autoencoder", "fashion-mnist"),
    "mnist-beta-vae-10": _row("beta-vae", "mnist", 10),
    "mnist-cvae-8": _row("cvae", "mnist", 8),
    "mnist-infovae": _small("infovae", "mnist"),
    "mnist-beta-tcvae": _small("beta-tcvae", "mnist"),
    "mnist-vampprior": _small("vampprior", "mnist"),
    "mnist-conditional-prior": _small("conditional-prior", "mnist"),
    "digits-vae": make_plan("vae", "digits", 2, DIGITS_NETWORK, DIGITS_SCHEDULE),
    "mnist-vae-seed-1": _seed(1),
    "mnist-vae-seed-2": _seed(2),
    "faces-map": _faces(2, beta=50.0, epochs=8),
    "faces": _faces(10, beta=8.0, epochs=12),
    "rhythms": make_plan("vae", "rhythms", 2, RHYTHMS_NETWORK, RHYTHMS_SCHEDULE),
    "chorales-map": _chorales("vae", 2),
    "chorales": with_changes(_chorales("beta-vae", 16), {}, {}, {"beta": 0.25}),
    "chorales-cvae": _chorales("cvae", 2),
    "dsprites": with_changes(
        make_plan("beta-vae", "dsprites", 6, FACES_NETWORK, SPRITES_SCHEDULE), {}, {}, {"beta": 2.0}
    ),
    "frey-faces": make_plan("vae", "frey-faces", 2, FACES_NETWORK, FREY_SCHEDULE),
    "olivetti-faces": make_plan("vae", "olivetti-faces", 16, RHYTHMS_NETWORK, OLIVETTI_SCHEDULE),
    "mnist-vae-film": _film("vae", "mnist"),
    "fashion-mmd-vae-film": _film("mmd-vae", "fashion-mnist"),
    "mnist-dial": _dial("mnist"),
    "fashion-dial": _dial("fashion-mnist"),
    "mnist-dial-10": _dial("mnist", 10),
    "mnist-dial-lambda": _dial("mnist", axis="lambda"),
    **{f"mnist-latents-{n}": make_plan("vae", "mnist", n, SERIES_NETWORK, SERIES_SCHEDULE) for n in LATENTS},
}
FILMED = ("mnist-vae-film", "fashion-mmd-vae-film")  # they keep their epochs
