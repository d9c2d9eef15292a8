"""Which encoder a detector uses: the options that its field `encoder` takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from policyengine import Cost, Options


def address(url: str) -> str:
    """An endpoint's address without a slash at its end; ValueError says what is wrong with it."""
    parts = urlsplit(url)  # ValueError for brackets that hold no address
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no name and no password: use api_key_variable")
    return url.rstrip("/")


class _Local(Options):
    """What encoders on this machine have in common."""

    cache_mb: Annotated[float, Field(ge=0, le=4096)] = 16
    """Megabytes for the vectors of texts seen before, shared by all steps with this encoder."""

    @property
    def cost(self) -> Cost:
        """Where its work runs."""
        return Cost.MODEL

    @property
    def sends_text_to(self) -> tuple[str, ...]:
        """Hosts that text is sent to."""
        return ()


class Onnx(_Local):
    """A sentence encoder run by onnxruntime: the packaged all-MiniLM-L6-v2, or a model of yours."""

    type: Literal["onnx"] = "onnx"
    """Which encoder: `onnx`."""
    path: Annotated[str, Field(min_length=1)] | None = None
    """A folder with `model.onnx` and `tokenizer.json`, in place of the packaged model. The model
    takes `input_ids` (and `attention_mask`, `token_type_ids` if it likes) and gives a vector for
    each text, or one for each token, which are averaged."""
    max_tokens: Annotated[int, Field(ge=16, le=8192)] = 256
    """The most tokens that the model reads at a time; longer text is read in overlapping parts."""
    threads: Annotated[int, Field(ge=1, le=64)] = 1
    """Threads for one text. Engines run several texts at once, so one is rarely too few."""


class Static(_Local):
    """The average of one vector for each token: twenty times quicker, and deaf to word order."""

    type: Literal["static"] = "static"
    """Which encoder: `static`."""
    path: Annotated[str, Field(min_length=1)] | None = None
    """A folder with `tokenizer.json` and `words.npy` (tokens, dimensions), in place of the packaged
    table."""
    max_tokens: Annotated[int, Field(ge=16, le=8192)] = 256
    """The most tokens that one vector stands for; longer text is read in overlapping parts."""


class SentenceTransformers(_Local):
    """Any model that the library sentence-transformers loads; needs torch."""

    type: Literal["sentence-transformers"] = "sentence-transformers"
    """Which encoder: `sentence-transformers`."""
    model: Annotated[str, Field(min_length=1)]
    """A folder, or the name of a model."""
    download: bool = False
    """Whether a model that is named and not on this machine may be fetched from its hub."""
    device: Annotated[str, Field(min_length=1)] = "cpu"
    """Where torch runs it: `cpu`, `cuda`, `mps`."""


class Http(_Local):
    """An endpoint that speaks OpenAI's `/embeddings`. The text of exchanges is sent to it."""

    type: Literal["http"] = "http"
    """Which encoder: `http`."""
    url: Annotated[str, AfterValidator(address)]
    """The base, such as `https://api.openai.com/v1`; `/embeddings` is added."""
    model: Annotated[str, Field(min_length=1)]
    """The model's name, as the endpoint knows it."""
    dimension: Annotated[int, Field(ge=1, le=65536)]
    """How long its vectors are; an answer of another length fails the step."""
    api_key_variable: Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The environment variable that holds the key; no key is sent without it."""
    max_characters: Annotated[int, Field(ge=64, le=100_000)] = 2000
    """The longest piece that is sent; longer text goes in overlapping parts."""
    batch: Annotated[int, Field(ge=1, le=2048)] = 64
    """How many pieces go in one request."""
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
    """`onnx` is short for `{type: onnx}`."""
    return {"type": value} if isinstance(value, str) else value


EncoderSettings = Annotated[
    Annotated[Onnx | Static | SentenceTransformers | Http, Field(discriminator="type")],
    BeforeValidator(
        _named,
        json_schema_input_type=Annotated[
            Onnx | Static | SentenceTransformers | Http, Field(discriminator="type")
        ]
        | Literal["onnx", "static"],
    ),
]
"""An encoder by its type, or by its type and settings."""
