"""One step over one text that arrives in pieces."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from policyengine.detector import Detector, View, Window
from policyengine.evaluation import Call, Choice, Failure
from policyengine.exchange import Segment
from policyengine.judging import judge, redaction_of
from policyengine.pieces import Text
from policyengine.pipeline import in_time, vetted
from policyengine.redactions import merge
from policyengine.sight import reference
from policyengine.streaming.settled import Settled
from policyengine.streaming.standing import before_standin, is_told, open_standin
from policyengine.units import CONTEXT
from policyengine.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from policyengine.detector import Finding
    from policyengine.evaluation import Answer, Evaluation, Judged
    from policyengine.plan import PlannedStep
    from policyengine.redactions import Redaction
    from policyengine.streaming.recall import Recall

    Steps = Generator[Call, Answer, "Settled"]

QUANTUM = 48
"""A text is looked at again when it has grown by so many characters, some ten tokens.

Where the detector tells where it is open, it is looked at with every chunk.
"""


class Settling:
    """A step's part in a text that arrives: what comes in is settled, and so is what goes out.

    `blocked` is set where the step blocks: nothing that follows is let go. `lost` is set where
    only the whole reply can tell: the step failed, or found something without a place.
    """

    def __init__(
        self, step: PlannedStep, segment: Segment, evaluation: Evaluation, recall: Recall
    ) -> None:
        self._step = step
        self._whole = replace(step, splitter=None)  # a part is all that there is of its text
        self._segment = segment
        self._evaluation = evaluation
        self._recall = recall
        self._reference = reference(step, "output", evaluation) if step.reads else ()
        self._scope = step.detector.scope
        self._tells = step.inline and type(step.detector).open_from is not Detector.open_from
        self._held = Settled()
        self._begin = 0
        """Where in `_held` the part begins that was not let go."""
        self._place = 0
        """Where in the whole text `_held` begins."""
        self._seen = 0
        self._found = False
        self._found_to = 0
        """Where in the whole text ends what was looked at when something was last found."""
        self.given = 0
        self.blocked = False
        self.lost = False

    @property
    def kept(self) -> int:
        """Where in the whole text begins what is still here."""
        return self._place

    @property
    def taken(self) -> int:
        """How much of the whole text was let go."""
        return self._place + self._begin

    def noticed(self) -> bool:
        """Whether anything was found or rewritten in what is still here, or was here since."""
        found, self._found = self._found, False
        return found or self._found_to > self._place or bool(self._held.rewritten)

    def feed(self, arrived: Settled, *, closed: bool) -> Steps:
        """What is settled now; `closed` when nothing follows."""
        if self.blocked or self.lost:  # nothing more comes out
            return Settled()
        self._held.add(arrived)
        if not self._held.text:
            return Settled()
        if self._step.splitter:
            return (yield from self._parts(closed))
        grown = len(self._held.text) - self._seen
        if not (closed or self._tells or grown >= QUANTUM):
            return Settled()
        self._seen = len(self._held.text)
        return (yield from self._window(closed))

    def _parts(self, closed: bool) -> Steps:  # noqa: FBT001 - one of two that are called alike
        """Units or passages, each when it has ended."""
        assert self._step.splitter is not None  # noqa: S101 - the caller looked
        text, rewriter = self._held.text, self._evaluation.rewriter
        ended = (
            (start, end)
            for start, end in self._step.splitter(text, self._begin)
            if closed or end < len(text)
        )
        spans = list(takewhile(lambda span: closed or is_told(text, span[1], rewriter), ended))
        if not spans:
            return Settled()
        if any(before_standin(text, end, rewriter) != end for _, end in spans if end < len(text)):
            self.lost = True  # what a later part rewrites could reach into this one
            return Settled()
        texts = [Text(self._part(start, end), at) for at, (start, end) in enumerate(spans)]
        found = yield from self._asked([one.segment for one in texts])
        judged = self._judged(texts, found) if found else ()
        out = Settled()
        for one, (start, end) in zip(texts, spans, strict=True):
            own = [each for each in judged if each.piece is not None and each.piece.text is one]
            if self.lost or any(each.verdict is Verdict.BLOCK for each in own):
                self.blocked = not self.lost
                return out
            out.add(self._rewritten(one, own, self._held.cut(start, end), 0, end - start))
        self._let_go(spans[-1][1], CONTEXT)
        return out

    def _part(self, start: int, end: int) -> Segment:
        text, path = self._held.text, self._segment.path
        if self._place + start == 0 and end == len(text):
            return self._shown(path, text)
        return self._shown(
            f"{path}#char={self._place + start},{self._place + end}", text[start:end]
        )

    def _shown(self, path: str, text: str) -> Segment:
        whole = self._segment
        return Segment(path, whole.source, text, whole.body, whole.choice)

    def _window(self, closed: bool) -> Steps:  # noqa: FBT001 - one of two that are called alike
        """All that no later character can matter to; most often nothing is found in it."""
        scope = self._scope
        assert isinstance(scope, Window)  # noqa: S101 - `flow` looked
        text, rewriter = self._held.text, self._evaluation.rewriter
        sure = len(text) if closed else self._sure(text, scope.lookahead)
        if sure <= self._begin:
            return Settled()
        segment = self._shown(self._segment.path, text)
        found = yield from self._asked([segment])
        if not found:
            return Settled() if self.lost else self._released(before_standin(text, sure, rewriter))
        self._found, self._found_to = True, self._place + len(text)
        one = Text(segment, 0)
        judged = [
            each
            for each in self._judged([one], found)
            if each.within is None or self._begin <= each.within.start < sure
        ]
        if self.lost:
            return Settled()
        clusters = merge(self._redactions(text, judged))
        until = min([sure, *(each.start for each in clusters if each.end > sure)])
        until = before_standin(text, until, rewriter)
        blocks = [each.within.start for each in judged if _blocks(each) and each.within]
        self.blocked = bool(blocks)
        until = min([until, *blocks])  # inside of what is rewritten, that is its beginning
        acted = [each for each in judged if each.within and each.within.start < until]
        out = self._rewritten(one, acted, self._held, self._begin, until)
        self._let_go(until, scope.lookbehind)
        return out

    def _sure(self, text: str, lookahead: int) -> int:
        """The place before which nothing that follows changes a finding or ends a stand-in."""
        place = max(len(text) - lookahead + 1, self._told(text) if self._tells else 0)
        return min(place, open_standin(text, self._evaluation.rewriter))

    def _told(self, text: str) -> int:
        """Where the detector says that the text is open; 0 where that is no place of it."""
        try:
            place: object = self._step.detector.open_from(text)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - as where it is asked for findings
            return 0
        return place if type(place) is int and place <= len(text) else 0

    def _released(self, until: int) -> Settled:
        """What comes before a place, where nothing is to be rewritten."""
        assert isinstance(self._scope, Window)  # noqa: S101 - `flow` looked
        out = self._held.cut(self._begin, until)
        self._let_go(until, self._scope.lookbehind)
        return out

    def _asked(self, segments: Sequence[Segment]) -> Generator[Call, Answer, Sequence[Finding]]:
        """What the detector finds in segments; none, and `lost`, where it failed."""
        step, evaluation = self._step, self._evaluation
        views = (View(tuple(segments), self._reference, evaluation.memo),)
        answer = in_time(step, views, evaluation, evaluation.clock())
        if isinstance(answer, Call):
            answer = yield answer
        if not isinstance(answer, Failure):
            answer = vetted(answer, views, step)
        if isinstance(answer, Failure):
            self.lost = True
            return ()
        found: Sequence[Finding] = answer[0] if answer else ()
        if step.splitter is not None and not step.inline:
            self._recall.note(step, segments, found)
        return found

    def _judged(self, texts: Sequence[Text], found: Sequence[Finding]) -> list[Judged]:
        """What findings mean; `lost` where they cannot be acted upon here."""
        choice = Choice(self._segment.choice, list(texts))
        judged = list(judge(self._whole, choice, found, self._evaluation))
        self.lost = any(_blocks(each) and not self._is_placed(each) for each in judged)
        return judged

    def _is_placed(self, judged: Judged) -> bool:
        return judged.piece is not None and (
            self._step.splitter is not None or judged.within is not None
        )

    def _redactions(self, text: str, judged: Iterable[Judged]) -> list[Redaction]:
        wanted = [
            redaction_of(self._step, each)
            for each in judged
            if each.verdict >= Verdict.REDACT and each.within is not None
        ]
        return self._evaluation.rewriter.widened(text, wanted)

    def _rewritten(
        self, text: Text, judged: Iterable[Judged], arrived: Settled, start: int, end: int
    ) -> Settled:
        """`arrived[start:end]` after the redactions, which lie in it."""
        redactions = [
            (each.piece, redaction_of(self._step, each))
            for each in judged
            if each.verdict >= Verdict.REDACT and each.piece is not None and each.within is not None
        ]
        if not redactions:
            return arrived.cut(start, end)
        text.redact(redactions, self._evaluation.rewriter)
        moved = text.moved
        places = [moved.range(*place) for place in arrived.rewritten]
        places += [(region.new_start, region.new_end) for region in moved.regions]
        left = Settled(text.text, sorted(places))
        return left.cut(moved.start(start), moved.start(end))

    def _let_go(self, place: int, lookbehind: int) -> None:
        """Forget what comes before a place, but for so many characters."""
        first = max(0, place - lookbehind)
        self._held = self._held.cut(first, len(self._held.text))
        self._begin = place - first
        self._place += first
        self._seen -= first


def _blocks(judged: Judged) -> bool:
    return judged.verdict is Verdict.BLOCK
