"""Claims of an answer that its context does not bear out."""
