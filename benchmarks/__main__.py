"""`python -m benchmarks NAME` runs one benchmark; without a name it lists them."""

import importlib
import pkgutil
import sys

import benchmarks

SHARED = {
    "__main__",
    "bare",
    "chromium",
    "environments",
    "machine",
    "peers",
    "serving",
    "trained",
}  # used by benchmarks; none is one


def names() -> list[str]:
    """The modules of this package that can be run, as they are called: `page-train` is page_train.py."""
    return sorted(
        module.name.replace("_", "-")
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name not in SHARED
    )


def module_of(name: str) -> str:
    """The module of a benchmark."""
    return name.replace("-", "_")


def main(arguments: list[str]) -> int:
    """Hands the arguments after the name to the benchmark's `main`; 2 for a name that is not there."""
    if not arguments or arguments[0] not in names():
        print(f"usage: python -m benchmarks NAME, where NAME is one of {', '.join(names())}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"benchmarks.{module_of(arguments[0])}")
    return int(module.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
