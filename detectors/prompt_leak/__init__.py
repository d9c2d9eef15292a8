"""Answers that give the system prompt away."""
