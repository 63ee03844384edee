"""How often a training is saved and shown. Knows nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pacing:
    """Seconds, and shares of the time that may be spent.

    `save_share`: what saving may take of the time. `save_seconds`: an epoch that takes longer is saved in between.
    `map_share`: what encoding the test set within an epoch may take; `first_map_seconds`: after which it begins.
    `report_seconds`: between two reports of the loop.
    """

    save_share: float = 0.01
    save_seconds: float = 30.0
    map_share: float = 0.01
    first_map_seconds: float = 0.5
    report_seconds: float = 0.2
