"""`python -m policyengine`."""

from __future__ import annotations

from policyengine.cli import main

if __name__ == "__main__":  # worker processes import this module again
    main(prog_name="policyengine")
