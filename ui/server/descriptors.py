"""How many files and connections the system lets this process have open: raised at the start as far as it goes.

A connected pupil takes 4 descriptors and one who has just left 3: at macOS's usual 256 the 61st gets a dead page.
"""

import logging
import os

from live.words import t
from ui import limits

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

PER_PUPIL = 4
OF_THE_SERVER = 200  # files, sockets and libraries of its own
logger = logging.getLogger(__name__)


def raise_limit() -> None:
    """Raises the soft limit to `limits.DESCRIPTORS`, or as far as the hard one lets it; says so where it is too few."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.DESCRIPTORS if hard == resource.RLIM_INFINITY else min(limits.DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    pupils = (soft - OF_THE_SERVER) // PER_PUPIL
    if soft != resource.RLIM_INFINITY and pupils < limits.ALL_SOCKETS:
        logger.warning(t("descriptors.few", most=soft, count=max(0, pupils)))


def left() -> int | None:
    """How many are left; None where the system sets no limit or does not say what is open."""
    if resource is None:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return None
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return soft - len(os.listdir(folder))
        except OSError:
            continue
    return None
