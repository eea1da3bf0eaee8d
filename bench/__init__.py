"""Benchmarks: figures with ratios against a named alternative measured in the same run. Never test assertions."""
