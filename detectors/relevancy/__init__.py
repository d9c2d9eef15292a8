"""Whether an answer addresses its request, and a request what a deployment is for."""
