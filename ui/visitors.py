"""Who asks: a browser is known by a signed cookie of ours, so that its trainings stay its own after a restart.

Knows cookies and the key that signs them; knows no page and no training.
"""

import functools
import hashlib
import logging
import secrets
import uuid
from collections.abc import Mapping
from pathlib import Path

from itsdangerous import BadSignature, Signer

from models import gallery
from models.atomic import create_file

KEY, KEY_BYTES = "visitors.key", 32
YEAR = 365 * 24 * 60 * 60


def known(cookies: Mapping[str, str]) -> str | None:
    """The visitor whom these cookies name, or None: a cookie that is forged, or another server's, is nobody's."""
    key = _key(gallery.checkpoint_folder() / gallery.UNFINISHED)
    try:
        return _signer(key).unsign(cookies.get(_name(key), "")).decode()
    except (BadSignature, UnicodeError):
        return None


def new_cookie(secure: bool) -> str:
    """What `Set-Cookie` says to a browser that has none. `secure`: whether it came by https and must go on so."""
    key = _key(gallery.checkpoint_folder() / gallery.UNFINISHED)
    value = _signer(key).sign(uuid.uuid4().hex).decode()
    cookie = f"{_name(key)}={value}; Max-Age={YEAR}; Path=/; HttpOnly; SameSite=Lax"
    return f"{cookie}; Secure" if secure else cookie


def _name(key: bytes) -> str:
    """One for each key: browsers do not tell ports apart, and two servers would overwrite each other's cookie."""
    return f"visitor-{hashlib.sha256(key).hexdigest()[:8]}"


def _signer(key: bytes) -> Signer:
    return Signer(key, salt="visitor", key_derivation="hmac", digest_method=hashlib.sha256)


@functools.lru_cache(maxsize=4)
def _key(folder: Path) -> bytes:
    """The folder's key, made by whoever comes first; one for this process alone where none can be kept there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / KEY).exists():
            create_file(folder / KEY, secrets.token_bytes(KEY_BYTES))
        key = (folder / KEY).read_bytes()
    except OSError as error:
        logging.getLogger(__name__).warning("Visitors are known until the server ends only: %s", error)
        key = b""
    return key if len(key) >= KEY_BYTES else secrets.token_bytes(KEY_BYTES)
