"""Which reader holds claims against the context: the options that the field `reader` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from detectors.encoders.settings import address
from policyengine import Cost, Options, WarmUpError

if TYPE_CHECKING:
    from detectors.hallucination.reading import ClaimReader, RemoteClaimReader
    from policyengine import Resources

Label = Annotated[str, Field(min_length=1)]


def _fixed(value: Any) -> Any:
    """A list as a tuple: behind `_named`, what was JSON is taken for Python's own."""
    return tuple(value) if isinstance(value, list) else value


Labels = Annotated[tuple[Label, ...], Field(min_length=1), BeforeValidator(_fixed)]


class Packaged(Options):
    """The reader trained for this library: 22 million parameters in int8, no torch."""

    type: Literal["packaged"] = "packaged"
    """Which reader: `packaged`."""
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    """Threads for one answer. Engines run several at once, so one is rarely too few."""

    @property
    def cost(self) -> Cost:
        """Where its work runs."""
        return Cost.MODEL

    @property
    def sends_text_to(self) -> tuple[str, ...]:
        """Hosts that text is sent to."""
        return ()


class Transformers(Options):
    """A model of the library transformers on this machine; needs torch."""

    type: Literal["transformers"] = "transformers"
    """Which reader: `transformers`."""
    model: Annotated[str, Field(min_length=1)]
    """A folder, or the name of a model that was fetched before; nothing is fetched here."""
    task: Literal["tokens", "pairs"]
    """`tokens`: a token classifier over context and answer, as LettuceDetect's. `pairs`: a
    classifier of context and claim, as NLI models, HHEM and MiniCheck."""
    unsupported: Labels | None = None
    """The model's labels that say that something is not supported. A model of pairs with one output
    gives the probability that the claim is consistent, unless its label is named here."""
    contradicted: Label | None = None
    """The one of them that says that the context says otherwise, if there is one."""
    max_tokens: Annotated[int, Field(ge=64, le=32768)] = 512
    """The most tokens that the model reads at a time, if it has places for so many; the context is
    chosen to fit."""
    device: Annotated[str, Field(min_length=1)] = "cpu"
    """Where torch runs it: `cpu`, `cuda`, `mps`."""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if self.contradicted is not None and self.contradicted not in (self.unsupported or ()):
            raise ValueError("`contradicted` is one of the labels of `unsupported`: name it there")
        return self

    @property
    def cost(self) -> Cost:
        """Where its work runs."""
        return Cost.MODEL

    @property
    def sends_text_to(self) -> tuple[str, ...]:
        """Hosts that text is sent to."""
        return ()


class Fms(Options):
    """A detector that speaks the FMS detectors API, on another machine. Text is sent to it."""

    type: Literal["fms"] = "fms"
    """Which reader: `fms`."""
    url: Annotated[str, AfterValidator(address)]
    """The base; `/api/v1/text/context/doc` is added."""
    detector: Annotated[str, Field(min_length=1, pattern=r"^[\x21-\x7e]+$")]
    """The detector's name, sent as the header `detector-id`."""
    supported: Label | None = None
    """The `detection` that says that all is well, with its score, if the detector reports it."""
    api_key_variable: Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The environment variable that holds the key; no key is sent without it."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 10
    """Seconds to wait for one request."""

    @property
    def cost(self) -> Cost:
        """Where its work runs."""
        return Cost.REMOTE

    @property
    def sends_text_to(self) -> tuple[str, ...]:
        """The endpoint's host."""
        return (urlsplit(self.url).hostname or "",)


def _named(value: Any) -> Any:
    """`packaged` is short for `{type: packaged}`."""
    return {"type": value} if isinstance(value, str) else value


_Any = Annotated[Packaged | Transformers | Fms, Field(discriminator="type")]
ReaderSettings = Annotated[
    _Any, BeforeValidator(_named, json_schema_input_type=_Any | Literal["packaged"])
]
"""A reader by its type and settings."""


def load(
    settings: Packaged | Transformers | Fms, resources: Resources
) -> ClaimReader | RemoteClaimReader:
    """The reader, ready, one for all steps that ask for the same; WarmUpError says what lacks."""
    return resources.get(
        ("detectors.hallucination.reader", settings), lambda: _load(settings, resources)
    )


def _load(
    settings: Packaged | Transformers | Fms, resources: Resources
) -> ClaimReader | RemoteClaimReader:
    # Here, since whoever only names a reader should not wait for the libraries of all of them.
    try:
        match settings:
            case Packaged():
                from detectors.hallucination.packaged import PackagedClaims  # noqa: PLC0415

                return PackagedClaims(settings.threads, resources)
            case Transformers():
                from detectors.hallucination.pretrained import PretrainedClaims  # noqa: PLC0415

                return PretrainedClaims(settings)
            case Fms():
                from detectors.hallucination.remote import FmsClaims  # noqa: PLC0415

                return FmsClaims(settings)
    except ImportError as error:
        extra = {Transformers: "sentence-transformers", Fms: "http-encoder"}.get(
            type(settings), "encoders"
        )
        raise WarmUpError(
            f"the reader {settings.type} needs the library {error.name!r}: "
            f"pip install 'llm-policyengine[{extra}]'"
        ) from error
