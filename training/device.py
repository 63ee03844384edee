"""Where and how to compute: the GPU where there is one, otherwise a CPU that is set up well.

Knows torch; knows nothing of networks or data.
"""

import os

import numpy as np
import torch
from torch import Tensor

from models.errors import require


def pick_device() -> torch.device:
    """The first CUDA device, or the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def on(device: torch.device, images: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    """Images of a data set and their labels as tensors on the device; on the CPU they share their memory."""
    return torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)


def device_name(device: torch.device) -> str:
    """What to call the device in a record: the card's name, or the CPU with its number of threads."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads != 1 else ''}"


def use_threads(count: int | None = None) -> None:
    """Sets the number of CPU threads of one training; by default all cores, or `LATENT_THREADS`.

    Raises InputError for anything but 1 to the number of cores: torch dies of a number that is far too high.
    """
    given = count if count is not None else os.environ.get("LATENT_THREADS")
    if given is None or given == "":
        return
    cores = os.cpu_count() or 1
    number = int(given) if str(given).isdecimal() else 0
    require(1 <= number <= cores, "device.threads", most=cores, got=str(given))
    torch.set_num_threads(number)


def job_threads() -> int | None:
    """How many threads a job of the server takes: one core stays free for the pages. None where LATENT_THREADS says.

    A result is the same, bit for bit, for the same number only. Measured on the R post's network on two cores, one of
    them busy: two threads 2,200 images/s, and 1,000 with a shorter spin (`GOMP_SPINCOUNT=2000` or
    `OMP_WAIT_POLICY=PASSIVE`, which cost 11 and 26 % on a quiet machine); one thread on a core of its own 5,200. So the
    spin policy stays libgomp's own, and a job steps aside instead.
    """
    return None if os.environ.get("LATENT_THREADS") else max(1, (os.cpu_count() or 2) - 1)


def product_precision(precision: str, device: torch.device) -> torch.autocast:
    """Inside, products and activations are `float32` or `bfloat16`; weights, codes and sums stay float32.

    bfloat16 is worth x1.3 to x1.9 on a CPU with AVX-512 (measured) and costs less than 0.2 nats. Leave it before the
    backward pass, which follows by itself.
    """
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bfloat16")
