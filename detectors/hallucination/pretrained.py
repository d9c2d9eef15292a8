"""A model of the library transformers as a reader of claims; brings torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detectors.encoders.reading import readable
from detectors.hallucination.reading import Claimed, Heard, Pieces, of_claim
from policyengine import Truncated, WarmUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detectors.hallucination.readers import Transformers
    from detectors.hallucination.reading import Said
    from policyengine import Span

_MODELS = {
    "tokens": "AutoModelForTokenClassification",
    "pairs": "AutoModelForSequenceClassification",
}
_MOST_PASSAGES = 8
_CERTAIN = 1e-4
"""No probability is nearer to 0 or 1 than this."""


class PretrainedClaims:
    """Runs one pair of texts at a time, so that no filling changes what is said of it."""

    def __init__(self, settings: Transformers) -> None:
        self._settings = settings
        self._tokenizer, self._model = _loaded(settings)
        self._unsupported, self._contradicted = self._labels()
        self._most = min(settings.max_tokens, _positions(self._model))
        self.pieces = Pieces(self._places)

    def read_claims(self, said: Said) -> list[Claimed | None]:
        """For each claim what it says."""
        if self._settings.task == "tokens":
            heard = list(self._tokens(said))
            return [of_claim(claim, heard, said.vouched) for claim in said.claims]
        return [self._pair(said, claim) for claim in said.claims]

    def _tokens(self, said: Said) -> Iterator[Heard]:
        asked = self.pieces.asked(said)
        for span, passages in self.pieces.parts(said, _MOST_PASSAGES):
            text = said.answer.text[span.start : span.end]
            encoded = self._fitting([*([asked] if asked else ()), *passages], text)
            chances = self._run(encoded)[0].softmax(-1)
            wrong = chances[:, self._unsupported].sum(-1).tolist()
            against = chances[:, self._contradicted].sum(-1).tolist()
            words = [
                (start + span.start, end + span.start, at)
                for at, (part, (start, end)) in enumerate(
                    zip(encoded.sequence_ids(0), encoded["offset_mapping"][0].tolist(), strict=True)
                )
                if part == 1 and start < end
            ]
            if words:
                worst = max(words, key=lambda one: wrong[one[2]])[2]
                logits = tuple((start, end, _logit(wrong[at])) for start, end, at in words)
                yield Heard(span, _logit(wrong[worst]), _against(wrong, against, worst), logits)

    def _pair(self, said: Said, claim: Span) -> Claimed | None:
        text = said.answer.text[claim.start : claim.end]
        alone = said._replace(claims=(claim,))
        passages = [one for _, found in self.pieces.parts(alone, _MOST_PASSAGES) for one in found]
        if not passages:
            return None
        encoded = self._fitting(list(dict.fromkeys(passages)), text)
        logits = self._run(encoded)[0]
        if len(logits) == 1:
            wrong_way = 1 if self._unsupported else -1
            logit = wrong_way * float(logits[0])
            logit = min(max(logit, _logit(_CERTAIN)), -_logit(_CERTAIN))
            return Claimed(logit, logit, _logit(_CERTAIN), ())
        chances = logits.softmax(-1)
        wrong = [float(chances[self._unsupported].sum())]
        against = [float(chances[self._contradicted].sum())]
        return Claimed(_logit(wrong[0]), _logit(wrong[0]), _against(wrong, against, 0), ())

    def _fitting(self, passages: Sequence[str], text: str) -> Any:
        """Context and text as the model takes them, with as many passages as fit."""
        for count in range(len(passages), 0, -1):
            encoded = self._tokenizer(
                readable("\n".join(passages[:count])),
                readable(text),
                return_offsets_mapping=True,
                return_tensors="pt",
                verbose=False,
            )
            if encoded["input_ids"].shape[1] <= self._most:
                return encoded
        raise Truncated("a claim and one passage have more tokens than the reader takes")

    def _run(self, encoded: Any) -> Any:
        inputs = {
            name: values.to(self._settings.device)
            for name, values in encoded.items()
            if name != "offset_mapping"
        }
        import torch  # noqa: PLC0415 - whoever reads with another reader does without it

        with torch.inference_mode():
            return self._model(**inputs).logits.float().cpu()

    def _places(self, text: str) -> Sequence[tuple[int, int]]:
        encoded = self._tokenizer(
            readable(text),
            add_special_tokens=False,
            return_offsets_mapping=True,
            truncation=False,
            verbose=False,
        )
        places: Sequence[tuple[int, int]] = encoded["offset_mapping"]
        return places

    def _labels(self) -> tuple[list[int], list[int]]:
        """The places of the labels that say that something is wrong."""
        known = {str(name): int(at) for name, at in self._model.config.label2id.items()}
        wanted = self._settings.unsupported
        if self._settings.task == "pairs" and len(known) == 1 and wanted is None:
            return [], []
        against = self._settings.contradicted
        strange = [
            one for one in (*(wanted or ()), *([against] if against else ())) if one not in known
        ]
        if wanted is None or strange:
            raise WarmUpError(
                f"the reader's labels are {', '.join(sorted(known))}: say in `unsupported` which "
                "of them mean that something is not supported"
            )
        return [known[one] for one in wanted], [known[against]] if against else []


def _loaded(settings: Transformers) -> tuple[Any, Any]:
    import transformers  # noqa: PLC0415 - it brings torch, which most installations do without

    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            settings.model, local_files_only=True
        )
        kind = getattr(transformers, _MODELS[settings.task])
        model, found = kind.from_pretrained(
            settings.model, local_files_only=True, output_loading_info=True
        )
    except Exception as error:  # the library raises many types
        raise WarmUpError(
            f"the reader's model {settings.model} cannot be loaded; models are not fetched here"
        ) from error
    if found["missing_keys"]:  # the library makes them up, anew each time
        raise WarmUpError(
            f"the reader's model {settings.model} has no weights for the task {settings.task!r}"
        )
    if not tokenizer.is_fast:
        raise WarmUpError("the reader's tokenizer does not tell where its tokens are")
    try:
        return tokenizer, model.to(settings.device).eval()
    except Exception as error:  # so does torch
        raise WarmUpError(f"the reader cannot run on the device {settings.device!r}") from error


def _positions(model: Any) -> float:
    """How many tokens a model has places for; no end where their places are not learned."""
    for name, layer in model.named_modules():
        if name.endswith("position_embeddings") and hasattr(layer, "num_embeddings"):
            offset = 0 if layer.padding_idx is None else layer.padding_idx + 1
            return float(layer.num_embeddings - offset)
    return math.inf


def _against(wrong: Sequence[float], against: Sequence[float], at: int) -> float:
    return _logit(against[at] / max(wrong[at], _CERTAIN))


def _logit(chance: float) -> float:
    chance = min(max(chance, _CERTAIN), 1 - _CERTAIN)
    return math.log(chance / (1 - chance))
