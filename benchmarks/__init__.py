"""Scripts that print the numbers of NUMBERS.md; run one with `python -m benchmarks NAME`."""
