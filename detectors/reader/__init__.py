"""Two texts read together: a claim beside passages, an answer beside its request."""
