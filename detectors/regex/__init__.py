"""Patterns of the user's own, in linear time."""
