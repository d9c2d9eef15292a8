"""Text as vectors, behind one small protocol."""
