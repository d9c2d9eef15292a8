"""One spaCy pipeline: found by name or path, loaded with the parts that NER needs, and run."""

from __future__ import annotations

import json
import re
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detectors.pii.ner.entities import (
    FIGURES,
    FOREIGN_SCORE,
    LABELS,
    POSTAL_CODE,
    STREET,
    TITLE,
    Entity,
    shape,
)
from detectors.pii.ner.pieces import pieces, runs
from detectors.pii.ner.plausible import cells, is_plausible
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc, Span

PACKAGED = "packaged"
"""The name of the pipeline that comes with this distribution."""

PACKAGED_PATH = Path(__file__).parent / "model"
_BATCH = 64
_NEAR = 4
"""Characters between the parts of an address."""
_BARE = "policyengine.NoRules.v1"
"""The name, for spaCy, of a tokeniser without rules."""
_FACTORIES = ("ner", "beam_ner", "entity_ruler")
_LONE = re.compile("[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")


class Pipeline:
    """A loaded pipeline; calls from several threads run one after another.

    `language` is the code of its language, `version` its own name and version. `revision` names it
    and all that its results depend on.
    """

    def __init__(self, name: str, labels: Mapping[str, str] | None = None) -> None:
        """Load `name`: `packaged`, an installed package or a folder.

        Raises WarmUpError where it is not there, cannot be read or finds no entities.
        """
        labels = {**LABELS, **(labels or {})}
        folder = _folder(name)
        self._nlp = _load(folder, name)
        self._labels = labels
        self._scores = _scores(folder)
        self.is_packaged = folder == PACKAGED_PATH
        self._lock = threading.Lock()
        self.language = str(self._nlp.lang)
        self.version = f"{self.language}_{self._nlp.meta['name']}-{self._nlp.meta['version']}"
        self.revision = (str(folder), tuple(sorted(labels.items())))

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, in reading order; none overlaps another."""
        parts = [
            (number, start, piece)
            for number, text in enumerate(texts)
            for start, piece in pieces(_LONE.sub("\N{REPLACEMENT CHARACTER}", text))
            if _LETTER.search(piece)  # there is no name without one
        ]
        found: list[list[Entity]] = [[] for _ in texts]
        # Words that are new to the vocabulary are forgotten when the zone ends, so that memory does
        # not grow; a vocabulary has one zone at a time, hence the lock.
        with self._lock, self._nlp.memory_zone():
            read = [self._doc(piece) for _, _, piece in parts]
            docs = self._nlp.pipe(read, batch_size=_BATCH)
            for (number, start, _), doc in zip(parts, docs, strict=True):
                found[number] += self._found(doc, start)
        return found

    def _doc(self, text: str) -> Doc:
        docs = [self._nlp.make_doc(run) for run in runs(text)]
        return docs[0] if len(docs) == 1 else type(docs[0]).from_docs(docs, ensure_whitespace=False)

    def _found(self, doc: Doc, offset: int) -> Iterator[Entity]:
        for number, span in enumerate(doc.ents):
            kind = self._labels.get(span.label_)
            if not kind:
                continue
            for place, cell in cells(span.text):
                title = TITLE.match(cell) if kind == "person" else None
                begins = title.end() if title else 0
                start, value = span.start_char + place + begins, cell[begins:]
                if self._can_be(kind, value, doc.ents, number) and is_plausible(
                    kind, doc.text, start, start + len(value)
                ):
                    score = self._score(kind, shape(value))
                    yield Entity(offset + start, offset + start + len(value), kind, score)

    def _can_be(self, kind: str, value: str, spans: Sequence[Span], number: int) -> bool:
        """Whether a value has the look of its kind, whatever the words around it.

        Figures alone are a postal code beside a street or another place, for a pipeline that was
        measured on them. (Announced ones have a recogniser.)
        """
        if not _LETTER.search(value):
            is_code = kind == "location" and POSTAL_CODE.fullmatch(value) is not None
            are_known = FIGURES in self._scores.get("location", {})
            return is_code and are_known and self._is_beside_a_place(spans, number)
        if kind == "street_address" and value.islower():
            return STREET.search(value) is not None
        return True

    def _is_beside_a_place(self, spans: Sequence[Span], number: int) -> bool:
        this = spans[number]
        return any(
            self._labels.get(one.label_) in ("location", "street_address")
            and _LETTER.search(one.text) is not None
            and max(one.start_char - this.end_char, this.start_char - one.end_char) <= _NEAR
            for one in (*spans[max(0, number - 1) : number], *spans[number + 1 : number + 2])
        )

    def _score(self, kind: str, form: str) -> float:
        """The measured precision; that of the kind's worst form for one that was never met."""
        forms = self._scores.get(kind)
        return forms.get(form, min(forms.values())) if forms else FOREIGN_SCORE


def _folder(name: str) -> Path:
    """Where the data of a pipeline lies: in a package, one folder further in."""
    if name == PACKAGED:
        return PACKAGED_PATH
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
            "names of people and places need spaCy: pip install llm-policyengine[ner]"
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


def _scores(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """The measured precision of each kind and shape, written by the training."""
    path = folder / "scores.json"
    if not path.is_file():
        return {}
    precision: Mapping[str, Mapping[str, float]] = json.loads(path.read_text("utf-8"))["precision"]
    return precision
