"""What whoever runs this server has switched off for its visitors: uploads, trainings, taking models away.

The switches lie in a file beside the journal of trainings, so that they outlive the process; several processes read the
same. They are turned at the server's own computer, in the Library. Knows files and Streamlit's context; no page.
"""

import ipaddress
import json
from pathlib import Path
from typing import Literal, get_args

import streamlit as st

from models import gallery
from models.atomic import write_file
from models.errors import InputError, Reason

Switch = Literal["uploads", "trainings", "downloads"]
SWITCHES: tuple[Switch, ...] = get_args(Switch)
OFF: dict[Switch, Reason] = {
    "uploads": Reason("switch.uploads_off"),
    "trainings": Reason("switch.trainings_off"),
    "downloads": Reason("switch.downloads_off"),
}  # what is said where one is off
FILE = "switched-off.json"
FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")  # who sits behind a proxy is not at this computer


def is_on(switch: Switch) -> bool:
    """Whether visitors may do so. A file that is damaged switches nothing off."""
    return switch not in _off()


def require_on(switch: Switch) -> None:
    """Raises InputError where it is switched off."""
    if not is_on(switch):
        raise InputError.of(OFF[switch])


def turn(switch: Switch, on: bool) -> None:
    """Turns a switch, for all visitors; raises InputError where the folder can't be written."""
    off = [name for name in SWITCHES if (not on if name == switch else name in _off())]
    path = _file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(off).encode())
    except OSError as error:
        raise InputError("switch.not_kept", reason=error.strerror or "") from error


def is_operator() -> bool:
    """Whether the page is open on the server's own computer, and not behind a proxy."""
    if any(name in st.context.headers for name in FORWARDED):
        return False
    address = st.context.ip_address  # None is Streamlit's word for this computer
    return address is None or _is_loopback(str(address))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _file() -> Path:
    return gallery.checkpoint_folder() / gallery.UNFINISHED / FILE


def _off() -> list[str]:
    try:
        held = json.loads(_file().read_bytes())
    except (OSError, ValueError):
        return []
    return [name for name in held if name in SWITCHES] if isinstance(held, list) else []
