"""The type checker that pytest's `--jaxtyping-packages` puts on every function of models, training and analysis."""

from beartype import BeartypeConf, beartype

# PEP 484's numeric tower: an int is welcome where a float is
check = beartype(conf=BeartypeConf(is_pep484_tower=True))
