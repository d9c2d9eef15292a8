"""Banned terms: thousands of them in one pass."""
