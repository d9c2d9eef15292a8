"""From settings to an encoder that is ready, one for all steps that ask for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detectors.encoders.settings import Http, Onnx, SentenceTransformers, Static
from policyengine import WarmUpError

if TYPE_CHECKING:
    from detectors.encoders.encoder import Encoder, RemoteEncoder
    from detectors.encoders.vectors import Vectors
    from policyengine import Resources

    Settings = Onnx | Static | SentenceTransformers | Http

_EXTRA = {
    Onnx: "encoders",
    Static: "encoders",
    SentenceTransformers: "sentence-transformers",
    Http: "http-encoder",
}


def load(settings: Settings, resources: Resources) -> Vectors:
    """What encodes texts by these settings, with its cache; WarmUpError says what is missing."""
    return resources.get(("detectors.encoders", settings), lambda: _load(settings))


def _load(settings: Settings) -> Vectors:
    # Here, since whoever only names an encoder should not wait for the libraries of all of them.
    try:
        from detectors.encoders.vectors import Vectors  # noqa: PLC0415

        return Vectors(_encoder(settings), cache_bytes=int(settings.cache_mb * 1e6))
    except ImportError as error:
        raise WarmUpError(
            f"the encoder {settings.type} needs the library {error.name!r}: "
            f"pip install 'llm-policyengine[{_EXTRA[type(settings)]}]'"
        ) from error


def _encoder(settings: Settings) -> Encoder | RemoteEncoder:
    match settings:
        case Onnx():
            from detectors.encoders.onnx import OnnxEncoder  # noqa: PLC0415

            return OnnxEncoder(settings)
        case Static():
            from detectors.encoders.static import StaticEncoder  # noqa: PLC0415

            return StaticEncoder(settings)
        case SentenceTransformers():
            from detectors.encoders.sentences import SentenceEncoder  # noqa: PLC0415

            return SentenceEncoder(settings)
        case Http():
            from detectors.encoders.http import HttpEncoder  # noqa: PLC0415

            return HttpEncoder(settings)
