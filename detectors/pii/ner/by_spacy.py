"""A spaCy pipeline: found by name or path, loaded with the parts that NER needs, and run."""

from __future__ import annotations

import json
import re
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detectors.pii.ner.entities import FOREIGN_SCORE
from detectors.pii.ner.pieces import pieces, runs
from detectors.pii.ner.pipeline import PACKAGED, Named
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

_BATCH = 64
_BARE = "policyengine.NoRules.v1"
"""The name, for spaCy, of a tokeniser without rules."""
_FACTORIES = ("ner", "beam_ner", "entity_ruler")
_LONE = re.compile("[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")


class Spacy:
    """A loaded pipeline; calls from several threads run one after another."""

    knows_codes = False

    def __init__(self, name: str) -> None:
        """Load an installed package or a folder.

        Raises WarmUpError where it is not there, cannot be read or finds no entities.
        """
        folder = _folder(name)
        self._nlp = _load(folder, name)
        self._lock = threading.Lock()
        self.language = str(self._nlp.lang)
        self.version = f"{self.language}_{self._nlp.meta['name']}-{self._nlp.meta['version']}"
        self.revision = str(folder)

    def named(self, texts: Sequence[str]) -> list[list[Named]]:
        """The entities of each text, in reading order; none overlaps another."""
        parts = [
            (number, start, piece)
            for number, text in enumerate(texts)
            for start, piece in pieces(_LONE.sub("\N{REPLACEMENT CHARACTER}", text))
            if _LETTER.search(piece)  # there is no name without one
        ]
        found: list[list[Named]] = [[] for _ in texts]
        # Words that are new to the vocabulary are forgotten when the zone ends, so that memory does
        # not grow; a vocabulary has one zone at a time, hence the lock.
        with self._lock, self._nlp.memory_zone():
            read = [self._doc(piece) for _, _, piece in parts]
            docs = self._nlp.pipe(read, batch_size=_BATCH)
            for (number, start, _), doc in zip(parts, docs, strict=True):
                found[number] += (
                    Named(start + one.start_char, start + one.end_char, one.label_, 1.0)
                    for one in doc.ents
                )
        return found

    def score(self, _kind: str, _chance: float) -> float:
        """One score for all, since spaCy's recogniser says nothing."""
        return FOREIGN_SCORE

    def _doc(self, text: str) -> Doc:
        docs = [self._nlp.make_doc(run) for run in runs(text)]
        return docs[0] if len(docs) == 1 else type(docs[0]).from_docs(docs, ensure_whitespace=False)


def _folder(name: str) -> Path:
    """Where the data of a pipeline lies: in a package, one folder further in."""
    if (path := Path(name)).joinpath("config.cfg").is_file():
        return path.resolve()
    spec = find_spec(name) if name.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise WarmUpError(
            f"models: no pipeline {name!r} is installed, and it is no folder with a config.cfg; "
            f"install its package, or name {PACKAGED!r} for the one that is included"
        )
    root = Path(next(iter(spec.submodule_search_locations)))
    inside = sorted(root.glob("*/config.cfg"))
    if not inside:
        raise WarmUpError(f"models: the package {name!r} holds no spaCy pipeline")
    return inside[-1].parent


def _load(folder: Path, name: str) -> Language:
    try:
        import spacy  # noqa: PLC0415 - heavy, and may be missing
    except ImportError as error:
        raise WarmUpError(
            "this pipeline needs spaCy: pip install llm-policyengine[spacy]"
        ) from error
    try:
        config = spacy.util.load_config(folder / "config.cfg", interpolate=True)
        wanted = _parts(config)
        if wanted:
            unwanted = [part for part in config["nlp"]["pipeline"] if part not in wanted]
            return spacy.load(folder, exclude=unwanted, config=_tokenizer(config))
    except Exception as error:  # whatever its files or its own code make of it
        raise WarmUpError(
            f"models: the pipeline {name!r} cannot be loaded: {type(error).__name__}"
        ) from error
    raise WarmUpError(f"models: the pipeline {name!r} has no named entity recogniser (ner)")


def _tokenizer(config: Mapping[str, Any]) -> dict[str, str]:
    """What spares spaCy the rules of the language, where those of the folder replace them."""
    if config["nlp"]["tokenizer"].get("@tokenizers") != "spacy.Tokenizer.v1":
        return {}
    from spacy.tokenizer import (  # type: ignore[import-not-found]  # noqa: PLC0415 - compiled, heavy
        Tokenizer,
    )
    from spacy.util import registry  # noqa: PLC0415 - as above

    registry.tokenizers.register(_BARE, func=lambda: lambda nlp: Tokenizer(nlp.vocab))
    return {"nlp.tokenizer.@tokenizers": _BARE}


def _parts(config: Mapping[str, Any]) -> set[str]:
    """The components that find entities, and those that they listen to."""
    components, active = config["components"], config["nlp"]["pipeline"]
    finders = {part for part in active if components[part].get("factory") in _FACTORIES}
    if any("Listener" in json.dumps(components[part], default=str) for part in finders):
        finders |= {
            part
            for part in active
            if components[part].get("factory") in ("tok2vec", "transformer", "curated_transformer")
        }
        return finders if len(finders) > 1 else set()
    return finders
