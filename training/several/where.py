"""Where trainings are to run, by the environment: workers of this computer, or a scheduler that somebody has started.

    LATENT_WORKERS=2                            # a cluster of two processes on this computer
    LATENT_SCHEDULER=tcp://192.168.1.20:8786    # a scheduler of machines; tls:// for any other than a private address

Who reaches a scheduler can run programs on its machines: so an address that the whole Internet may know needs TLS.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from models.errors import InputError, require

MOST_WORKERS = 64


@dataclass(frozen=True)
class Where:
    """`scheduler`: its address, empty for a cluster of `workers` processes on this computer."""

    scheduler: str = ""
    workers: int = 0


def asked_for() -> Where | None:
    """What the environment says, None where nothing; raises InputError where it can't be done."""
    scheduler, workers = (os.environ.get(name, "").strip() for name in ("LATENT_SCHEDULER", "LATENT_WORKERS"))
    if not scheduler and not workers:
        return None
    require(find_spec("distributed") is not None, "several.not_installed")
    if scheduler:
        require_private(scheduler)
        return Where(scheduler=scheduler)
    count = int(workers) if workers.isdecimal() else 0
    require(1 <= count <= MOST_WORKERS, "several.workers", most=MOST_WORKERS, got=workers[:20])
    return Where(workers=count)


def require_private(address: str) -> None:
    """Raise InputError unless the address is one of TLS, or of a private network or this computer."""
    scheme, host, port = _parts(address)
    require(bool(scheme in ("tcp", "tls") and host and port), "several.address", got=address[:80])
    if scheme == "tls":
        return
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise InputError("several.host", host=str(host), problem=str(error.strerror)) from None
    public = sorted(one for one in found if not ipaddress.ip_address(one.split("%")[0]).is_private)
    require(not public, "several.public", host=str(host), address=", ".join(public))


def _parts(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port
    except ValueError:
        return "", None, None
