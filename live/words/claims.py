"""What is said of a published claim: where it was published, and what our measurements say of it.

Knows the catalogue; the claims themselves are a table of published/.
"""

from collections.abc import Mapping

from live.words.catalogue import MissingValueError, t
from models.errors import InputError


def source_of(source: str, data: str) -> str:
    """Where a claim was published, and on which data it is looked at here where that needs saying."""
    return t("claim.source.on", source=source, data=data) if data else source


def measured(subject: str, values: Mapping[str, object]) -> str:
    """What was measured, in the words of the present layer; raises InputError that names a number that is missing."""
    try:
        return t(f"claim.{subject}.measured", **values)
    except MissingValueError as error:
        raise InputError("claim.not_defined", number=error.name) from None
