"""The reader, ready, one for all steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine import WarmUpError

if TYPE_CHECKING:
    from detectors.reader.reader import Reader
    from policyengine import Resources


def load_reader(resources: Resources, threads: int = 1) -> Reader:
    """The packaged reader; WarmUpError says what is missing."""
    # Here, since whoever only names a detector should not wait for the libraries of all of them.
    try:
        from detectors.reader.reader import Reader  # noqa: PLC0415
    except ImportError as error:
        raise WarmUpError(
            f"the reader needs the library {error.name!r}: pip install "
            "'llm-policyengine[encoders]', or switch it off"
        ) from error
    return resources.get(("detectors.reader", threads), lambda: Reader(threads))
