"""The models that ship with the app, one row each; `python -m training --shipped` rebuilds them all.

Knows plans only. All models with 2 latents on one data set have the same network and the same schedule, but for those
that ship with their epochs: the films of both take at most 10 MB, so their networks are small.
"""

from dataclasses import replace

from training.plans import Plan, make_plan

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


def _row(family: str, data: str, latent_dim: int = 2, learning_rate: float = 0.0) -> Plan:
    schedule = SCHEDULE | {"learning_rate": learning_rate or LEARNING_RATE[data]}
    return make_plan(family, data, latent_dim, NETWORK, schedule)


def _film(family: str, data: str) -> Plan:
    plan = make_plan(family, data, 2, FILM_NETWORK, FILM_SCHEDULE)
    return replace(plan, title=f"{plan.title.split(',')[0]}, 12 epochs to look back at")


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
    "digits-vae": make_plan("vae", "digits", 2, DIGITS_NETWORK, DIGITS_SCHEDULE),
    "mnist-vae-film": _film("vae", "mnist"),
    "fashion-mmd-vae-film": _film("mmd-vae", "fashion-mnist"),
}
FILMED = ("mnist-vae-film", "fashion-mmd-vae-film")  # they keep their epochs
