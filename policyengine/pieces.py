"""The texts of one evaluation as they are rewritten, and the pieces of them that detectors see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policyengine.detector import Span
from policyengine.embedded import distinct_keys, encode_edit, leaves
from policyengine.offsets import Edit, OffsetMap, apply
from policyengine.redactions import apart, merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policyengine.embedded import Leaf
    from policyengine.exchange import Segment
    from policyengine.redactions import Redaction
    from policyengine.rewriting import Rewriter
    from policyengine.standins import Issued
    from policyengine.units import Splitter

UNCHANGED = OffsetMap()


@dataclass(frozen=True, slots=True)
class Piece:
    """What a detector is shown as one segment, and where that stands in the whole text.

    `offset` is the piece's start in the text, or in the leaf of it that the piece belongs to.
    """

    segment: Segment
    text: Text
    leaf: Leaf | None = None
    offset: int = 0

    @property
    def extent(self) -> Span:
        """Where the piece is in the whole text as it now stands."""
        return self.whole(Span(0, len(self.segment.text)))

    def whole(self, span: Span) -> Span:
        """A span of the piece in the coordinates of the whole text as it now stands."""
        start, end = span.start + self.offset, span.end + self.offset
        if self.leaf is not None:
            start, end = self.leaf.to_raw(start, end)
        return Span(start, end)


class Text:
    """A segment as the steps so far have left it; belongs to one evaluation."""

    __slots__ = ("_pieces", "dropped", "examined", "moved", "order", "segment", "text")

    def __init__(self, segment: Segment, order: int) -> None:
        self.segment = segment
        self.order = order
        self.text = segment.text
        self.moved = UNCHANGED
        self.dropped = False
        self.examined = False
        self._pieces: dict[Splitter | None, tuple[Piece, ...]] | None = None

    @property
    def left(self) -> Segment:
        """The segment as it now stands."""
        if self.text is self.segment.text:
            return self.segment
        return replace(self.segment, text=self.text)

    def shown(self, splitter: Splitter | None) -> tuple[Segment, ...]:
        """The segments of `pieces(splitter)`, without the pieces where they are not needed yet."""
        if self.segment.format == "json" or splitter is not None:
            return tuple([piece.segment for piece in self.pieces(splitter)])
        return () if self.dropped or not self.text else (self.left,)

    def pieces(self, splitter: Splitter | None) -> tuple[Piece, ...]:
        """What a detector is shown of it, in parts or not; nothing of a dropped or empty text."""
        if self._pieces is None:
            self._pieces = {}
        if splitter not in self._pieces:
            self._pieces[splitter] = self._cut(splitter)
        return self._pieces[splitter]

    def _cut(self, splitter: Splitter | None) -> tuple[Piece, ...]:
        if self.dropped or not self.text:
            return ()
        pieces = self._decoded()
        if splitter is None:
            return pieces
        return tuple(
            _part(piece, start, end)
            for piece in pieces
            for start, end in splitter(piece.segment.text)
        )

    def _decoded(self) -> tuple[Piece, ...]:
        segment = self.left
        found = leaves(self.text) if segment.format == "json" else None
        if found is None:
            return (Piece(segment, self),)
        return tuple(
            Piece(
                replace(
                    segment,
                    path=f"{segment.path}#{leaf.pointer}",
                    text=leaf.text,
                    format="text",
                    label=leaf.label,
                ),
                self,
                leaf,
            )
            for leaf in found
            if leaf.text
        )

    def original(self, span: Span) -> Span:
        """A span of the text as it now stands, in the coordinates that it arrived with."""
        return self.moved.inverse.span(span.start, span.end) if self.moved.regions else span

    def redact(self, redactions: Iterable[tuple[Piece, Redaction]], rewriter: Rewriter) -> None:
        """Rewrite what is redacted in pieces that this text gave since it last changed."""
        by_leaf: dict[Leaf | None, list[Redaction]] = {}
        for piece, redaction in redactions:
            by_leaf.setdefault(piece.leaf, []).append(_from_piece(piece, redaction))
        edits: list[Edit] = []
        for leaf, group in by_leaf.items():
            text = self.text if leaf is None else leaf.text
            merged = merge(rewriter.widened(text, group))
            edits += self._edits(leaf, apart(text, merged), rewriter)
        before = self.text
        self._apply(sorted(edits))
        if any(leaf is not None and leaf.sort == "key" for leaf in by_leaf):
            self._apply(_distinct(before, self.text))

    def cut(self, place: int) -> None:
        """Drop everything from a place on, given in the coordinates that the text arrived with.

        A JSON document that is cut is none any more, so it is dropped as a whole.
        """
        start = self.moved.start(place)
        if start == 0 or self.segment.format == "json":
            self.drop()
        elif start < len(self.text):
            self._apply([Edit(start, len(self.text), "")])

    def drop(self) -> None:
        """Deliver nothing of it."""
        self.dropped = True
        self._pieces = None

    def restored(self, issued: Issued) -> tuple[str, OffsetMap]:
        """The text with its stand-ins' values, and the map to it from the text as it arrived.

        What the steps have rewritten in this very text stays as they left it.
        """
        ours = self.moved.inverse
        edits = [edit for edit in self._restoring(issued) if not ours.touches(edit.start, edit.end)]
        if not edits:
            return self.text, self.moved
        text, moved = apply(self.text, edits)
        if self.segment.format == "json":
            text, told_apart = apply(text, _distinct(self.text, text))
            moved = moved.then(told_apart)
        return text, self.moved.then(moved)

    def _edits(
        self, leaf: Leaf | None, redactions: Iterable[Redaction], rewriter: Rewriter
    ) -> Iterator[Edit]:
        for one in redactions:
            if leaf is None:
                value = self.text[one.start : one.end]
                yield Edit(one.start, one.end, rewriter.replacement(one, value))
            else:
                number = leaf.sort == "number"
                value = leaf.text[one.start : one.end]
                replacement = rewriter.replacement(one, value, number=number)
                yield Edit(*encode_edit(leaf, one.start, one.end, replacement))

    def _apply(self, edits: Sequence[Edit]) -> None:
        self.text, moved = apply(self.text, edits)
        self.moved = self.moved.then(moved)
        self._pieces = None

    def _restoring(self, issued: Issued) -> Iterator[Edit]:
        found = leaves(self.text) if self.segment.format == "json" else None
        if found is None:
            for edit, _ in issued.found_in(self.text):
                yield edit
            return
        for leaf in found:
            for edit, original in issued.found_in(leaf.text):
                whole = edit.end - edit.start == len(leaf.text)
                if original.number and whole and leaf.sort != "key":
                    yield Edit(leaf.start, leaf.end, original.value)
                elif whole or leaf.sort != "number":  # half a number would cost the other half
                    yield Edit(*encode_edit(leaf, edit.start, edit.end, edit.replacement))


def _distinct(before: str, after: str) -> list[Edit]:
    """The edits that tell apart the keys of a JSON document that rewriting has made equal."""
    renamed = distinct_keys(after, before)
    if renamed == after:
        return []
    return [
        Edit(old.start, old.end, renamed[new.start : new.end])
        for old, new in zip(leaves(after) or (), leaves(renamed) or (), strict=True)
        if old.text != new.text
    ]


def _from_piece(piece: Piece, redaction: Redaction) -> Redaction:
    """The redaction in the coordinates of the piece's leaf or text; a number goes as a whole."""
    if piece.leaf is not None and piece.leaf.sort == "number":
        return replace(redaction, start=0, end=len(piece.leaf.text))
    if piece.offset == 0:
        return redaction
    return replace(
        redaction, start=redaction.start + piece.offset, end=redaction.end + piece.offset
    )


def _part(piece: Piece, start: int, end: int) -> Piece:
    segment = piece.segment
    if end - start == len(segment.text):
        return piece
    # Names in a path hold no `#` (see `pointer`), so what follows one is never a name.
    path = f"{segment.path}#char={start},{end}"
    return Piece(
        replace(segment, path=path, text=segment.text[start:end]), piece.text, piece.leaf, start
    )
