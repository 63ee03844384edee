"""My own images: an upload seen as a network will see it, what was left out and why, a name, and what is kept here.

Knows Streamlit and the readers of datasets/own; knows nothing of the rest of the form but the key of its choice.
"""

import base64
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import streamlit as st

from datasets.catalogue import sources
from datasets.own import limits, shelf
from datasets.own.picture import Look
from datasets.own.upload import Pictures, can_be_labelled, read
from live import pictures
from live.words import refusal, t
from models.errors import InputError
from ui import state, switches
from ui.limits import UPLOAD_MEGABYTES
from ui.live_view import live_collect, live_gather
from ui.text import for_html, for_markdown

DATA = "data"  # the key of the form's choice of data
KINDS = ("zip", "npz", "csv", "parquet")
COLUMNS, TILES = 16, 64
FEW = 50  # fewer than these can't show what they have in common
FILE, DRAW, CLASS, CAMERA = DOORS = ("file", "draw", "class", "camera")
_OPEN, _UPLOADS, _PREPARED, _TAKEN = "my-data", "my-data-uploads", "my-data-prepared", "my-data-taken"
_DOOR = "my-data-door"
_PLACE = "my-data-file"  # of the uploader; what is made in the page is put into it, and goes the same way


def show() -> None:
    """The unfolding below the cards of data sets."""
    opened = st.expander(t("mydata.title"), key=_OPEN, on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.html(f'<p class="lp-facts">{t("mydata.privacy")}</p>')
        if not switches.is_on("uploads"):
            st.info(refusal(switches.OFF["uploads"]))
            _show_kept()
            return
        upload = _upload()
        if upload is None:
            st.session_state.pop(_PREPARED, None)
        else:
            _review(upload)
        _show_kept()


def _upload() -> Any:
    """What was uploaded, or made in the page and handed over: the doors, and the place for files behind them all."""
    door = st.segmented_control(
        t("mydata.door"), DOORS, default=st.session_state.get(_DOOR, FILE), key="my-data-doors", required=True,
        format_func=lambda name: t(f"mydata.door.{name}"),
    )  # fmt: skip
    st.session_state[_DOOR] = door  # while the part is folded, its widgets remember nothing
    if door != FILE:
        st.html(f"<style>.st-key-{_PLACE}{{display:none}}</style>")
        place = f".st-key-{_PLACE} input[type=file]"
        if door == CLASS:
            live_gather(place)
        else:
            live_collect(door, place, st.session_state.get(_TAKEN, ""))
    with st.container(key=_PLACE):
        return st.file_uploader(
            t("mydata.upload", megabytes=UPLOAD_MEGABYTES), KINDS, key=f"my-data-{_uploads()}",
            max_upload_size=UPLOAD_MEGABYTES, help=t("mydata.upload.help"),
        )  # fmt: skip


def show_pictures(names: Sequence[str], first: int) -> None:
    """On the cards of own data sets some of their images. `first`: which card the first of them has, from 1.

    As style rules and data URLs: a picture with an address would stay in the browser when it is deleted here.
    """
    rules = []
    for place, name in enumerate(names, first):
        try:
            picture = _data_url(pictures.own_tiles(name))
        except InputError:
            continue  # whoever chooses it reads why
        rules.append(
            f'.st-key-data [data-testid="stRadioGroup"] > div:nth-child({place})'
            f"{{--lp-own:url({picture});--lp-own-height:min(96px,11dvh)}}"
        )
    st.html(f"<style>{''.join(rules)}</style>")


def _data_url(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def labels_missing(name: str) -> bool:
    """Whether a data set is one's own and has too few labelled images for a model of classes."""
    try:
        return shelf.is_own(name) and not can_be_labelled(shelf.record_of(name).counts)
    except InputError:
        return False


def _uploads() -> int:
    """How many uploads were taken: the next one has an uploader of its own, which is empty."""
    return int(st.session_state.setdefault(_UPLOADS, 0))


def _review(upload: Any) -> None:
    left, right = st.columns(2)
    with left:
        side = st.segmented_control(
            t("mydata.side"), limits.SIDES, default=limits.SIDES[0], key="my-data-side", required=True,
            format_func=lambda side: t("mydata.side.pixels", side=side),
        )  # fmt: skip
    with right:
        colour = st.toggle(t("mydata.colour"), key="my-data-colour")
    try:
        found = _prepared(upload, Look(side or limits.SIDES[0], colour))
    except InputError as error:
        st.error(for_markdown(refusal(error)))
        return
    with right:  # ink on paper is light on dark in this app, as on its drawing pad
        key = f"my-data-invert-{upload.file_id}-{colour}"
        on_paper = found.light and not colour and st.session_state[_DOOR] != CAMERA
        if st.toggle(t("mydata.invert"), value=on_paper, key=key):
            found = found.inverted()
    _show_tiles(found)
    _show_counts(found)
    key = f"my-data-title-{upload.file_id}"
    st.text_input(t("mydata.name"), _title_of(upload.name), max_chars=limits.TITLE, key=key)
    st.button(t("mydata.use"), type="primary", on_click=_keep, args=(found, key, upload.name))


def _prepared(upload: Any, look: Look) -> Pictures:
    """The upload's pictures, made once for each look."""
    asked = (upload.file_id, look)
    if st.session_state.get(_PREPARED, (None, None))[0] != asked:
        with st.spinner(t("mydata.reading")):
            st.session_state[_PREPARED] = (asked, read(upload.getvalue(), look))
    found: Pictures = st.session_state[_PREPARED][1]
    return found


def _show_tiles(found: Pictures) -> None:
    """Up to 64 images, evenly taken from all, as the network will see them."""
    sheet = pictures.tiles(found.pixels, TILES, COLUMNS)
    st.caption(t("mydata.seen", count=min(TILES, len(found.pixels))))
    st.html(f'<img class="lp-tiles" src="{_data_url(sheet)}" alt="{t("mydata.seen.alt")}">')


def _show_counts(found: Pictures) -> None:
    """How many there are, of which label, how many look alike, and what was left out and why."""
    lines = [t("mydata.count", count=len(found.pixels))]
    lines += [t("mydata.label", label=name, count=count) for name, count in found.counts.items()]
    if found.duplicates:
        lines.append(t("mydata.alike", count=found.duplicates))
    items = "".join(f"<li>{for_html(line)}</li>" for line in lines)
    st.html(f'<ul class="lp-counts">{items}</ul>')
    if found.left_out:
        reasons = "".join(f"<li>{t(f'mydata.left.{code}', count=count)}</li>" for code, count in found.left_out.items())
        left = t("mydata.left", count=sum(found.left_out.values()))
        st.html(f'<div class="lp-warn">{left}<ul class="lp-counts">{reasons}</ul></div>')
    if len(found.pixels) < FEW:
        st.html(f'<p class="lp-warn">{t("mydata.few", count=len(found.pixels))}</p>')


def _title_of(file: str) -> str:
    """What images are called at first: as their file is."""
    return "".join(filter(str.isprintable, PurePath(file).stem))[: limits.TITLE]


def _keep(found: Pictures, title_key: str, file: str) -> None:
    """Puts the images on the disk, and the form learns from them. The title is what the field holds now."""
    try:
        name = shelf.save(found, st.session_state[title_key], sources())
    except InputError as error:
        state.notice(refusal(error))
        return
    st.session_state[DATA] = name
    st.session_state[_OPEN] = False
    st.session_state[_TAKEN] = file
    st.session_state[_UPLOADS] = _uploads() + 1
    st.session_state.pop(_PREPARED, None)


def _show_kept() -> None:
    """The own images that lie here, each with its way out."""
    names = shelf.names()
    if names:
        st.caption(t("mydata.kept"))
    for name in names:
        try:
            record = shelf.record_of(name)
            label = t("mydata.kept.set", title=record.title, count=record.train_count + record.test_count)
        except InputError:
            label = t("mydata.kept.damaged", name=name)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(for_markdown(label), width="content")
            with st.popover(t("mydata.delete"), key=f"my-data-delete-{name}"):
                st.markdown(t("mydata.delete.ask"))
                st.button(t("mydata.delete.yes"), key=f"my-data-gone-{name}", on_click=_delete, args=(name,))


def _delete(name: str) -> None:
    """The images go: from the disk, and from this server's memory."""
    try:
        shelf.delete(name)
    except InputError as error:
        state.notice(refusal(error))
    pictures.forget_images()
