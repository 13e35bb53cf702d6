"""Measures the server: each benchmark is a module, `python -m backend.benchmarks.delivery`."""
