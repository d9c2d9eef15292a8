"""What finds names in texts of one language, and what of its findings can be a name at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from detectors.pii.ner.entities import LABELS, POSTAL_CODE, STREET, TITLE, Entity
from detectors.pii.ner.plausible import cells, is_plausible
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PACKAGED = "packaged"
"""The name of the pipeline that comes with this distribution."""

_NEAR = 4
"""Characters between the parts of an address."""
_LETTER = re.compile(r"[^\W\d_]")


class Named(NamedTuple):
    """What a finder takes for a name: `text[start:end]`, in code points."""

    start: int
    end: int
    label: str
    chance: float
    """How sure it is, as it says itself; 1 where it does not say."""


class Finder(Protocol):
    """A loaded model; calls may come from several threads."""

    language: str
    """The code of its language."""
    version: str
    """Its own name and version."""
    revision: str
    """Names it among all others."""
    knows_codes: bool
    """Whether it was measured on postal codes."""

    def named(self, texts: Sequence[str]) -> list[list[Named]]:
        """The names in each text, in reading order; none overlaps another."""
        ...

    def score(self, kind: str, chance: float) -> float:
        """How often what it is so sure of was right when that was measured."""
        ...


class Pipeline:
    """A finder, its labels read as kinds, without what no name looks like.

    `language` is the code of its language, `version` its own name and version. `revision` names it
    and all that its results depend on.
    """

    def __init__(self, finder: Finder, labels: Mapping[str, str] | None = None) -> None:
        """Read the finder's labels as the usual kinds, or as those that `labels` says."""
        self._labels = {**LABELS, **(labels or {})}
        self._finder = finder
        self.language = finder.language
        self.version = finder.version
        self.revision = (finder.revision, tuple(sorted(self._labels.items())))

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, in reading order; none overlaps another."""
        found = self._finder.named(texts)
        return [list(self._kept(*one)) for one in zip(texts, found, strict=True)]

    def _kept(self, text: str, spans: Sequence[Named]) -> Iterator[Entity]:
        for number, span in enumerate(spans):
            kind = self._labels.get(span.label)
            if not kind:
                continue
            for place, cell in cells(text[span.start : span.end]):
                title = TITLE.match(cell) if kind == "person" else None
                begins = title.end() if title else 0
                start, value = span.start + place + begins, cell[begins:]
                if self._can_be(kind, value, text, spans, number) and is_plausible(
                    kind, text, start, start + len(value)
                ):
                    score = self._finder.score(kind, span.chance)
                    yield Entity(start, start + len(value), kind, score)

    def _can_be(
        self, kind: str, value: str, text: str, spans: Sequence[Named], number: int
    ) -> bool:
        """Whether a value has the look of its kind, whatever the words around it.

        Figures alone are a postal code beside a street or another place, for a pipeline that was
        measured on them. (Announced ones have a recogniser.)
        """
        if not _LETTER.search(value):
            is_code = kind == "location" and POSTAL_CODE.fullmatch(value) is not None
            return is_code and self._finder.knows_codes and self._is_by_a_place(text, spans, number)
        if kind == "street_address" and value.islower():
            return STREET.search(value) is not None
        return True

    def _is_by_a_place(self, text: str, spans: Sequence[Named], number: int) -> bool:
        this = spans[number]
        return any(
            self._labels.get(one.label) in ("location", "street_address")
            and _LETTER.search(text, one.start, one.end) is not None
            and max(one.start - this.end, this.start - one.end) <= _NEAR
            for one in (*spans[max(0, number - 1) : number], *spans[number + 1 : number + 2])
        )


def load(name: str) -> Finder:
    """The finder `name`: `packaged`, an installed package of spaCy or a folder.

    Raises WarmUpError where it is not there, cannot be read or finds no entities.
    """
    # Here, since whoever uses the one should not wait for the libraries of the other.
    if name == PACKAGED:
        try:
            from detectors.pii.ner.packaged import Packaged  # noqa: PLC0415
        except ImportError as error:
            raise WarmUpError(
                f"names of people and places need the library {error.name or 'onnxruntime'!r}: "
                "pip install 'llm-policyengine[ner]'"
            ) from error
        return Packaged()
    from detectors.pii.ner.by_spacy import Spacy  # noqa: PLC0415

    return Spacy(name)
