"""Measurements that docs/benchmarks.md reports, each a module to run: `python -m ml.benchmarks.NAME`."""
