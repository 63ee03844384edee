"""Compare: models under one hand, along a dial, claims, or two distributions. The link's `by` says which."""

import streamlit as st

from live.words import t
from ui import page, state
from ui.page_table import PAGES
from ui.parts.claims import check_the_claims
from ui.parts.dial import turn_the_dial
from ui.parts.nat import weigh_a_nat
from ui.parts.side_by_side import side_by_side
from ui.parts.ways import WAYS, show_ways

row = PAGES["compare"]
state.enter(row)
# a link to a claim is older than the other ways
way = state.kept(f"by:{row.name}", WAYS[0])
if "by" in st.query_params:  # not `read` with an owner: that would be the model, which the link of a dial names too
    way = state.read("by", WAYS[0], state.one_of(WAYS, t("link.what.compare")))
elif "claim" in st.query_params:
    way = "claims"
state.keep({"by": way}, of=row.name)
if way == "claims":
    show_ways(way)
    page.hint(t("claims.hint"))
    notices = st.container()
    claim = check_the_claims()
    with notices:  # drawn last, for a section reads the link too
        page.show_notices()
    state.record({"by": way, "claim": claim}, of=row.name)
elif way == "dial":
    turn_the_dial(row)
elif way == "nat":
    weigh_a_nat(row)
else:
    side_by_side(row)
