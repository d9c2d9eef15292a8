"""Several pipelines, one for each language, chosen for each text."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detectors.pii.ner.pipeline import PACKAGED, Pipeline, load
from policyengine import WarmUpError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detectors.pii.ner.entities import Entity
    from policyengine import Memo, Resources

ANY = "xx"
"""spaCy's code of pipelines for many languages: used for texts in a language without its own."""

_ENOUGH = 1_000
"""Characters of a text by which its language is told."""

DEFAULT: Mapping[str, str] = {"en": PACKAGED}

_NEEDED = ("numpy", "onnxruntime", "tokenizers")
"""What the packaged pipeline is run by."""


def is_runnable() -> bool:
    """Whether the libraries that the packaged pipeline needs are installed; imports none."""
    return all(find_spec(name) is not None for name in _NEEDED)


def checked(models: Mapping[str, str], language: str | None = None) -> None:
    """Refuse codes that no language has, the packaged pipeline for another, and a lone hint.

    Raises ValueError; loads nothing, so that it can be asked while a policy is read.
    """
    if not models:
        raise ValueError("models: at least one language is needed, such as {en: packaged}")
    known = _languages()
    unknown = [code for code in models if known and code not in known]
    if unknown:
        raise ValueError(
            f"models: no language has the code {', '.join(map(repr, unknown))}; "
            f"allowed: two letters of ISO 639-1 such as en, de, fr, or {ANY} for all others"
        )
    wrong = [code for code, name in models.items() if name == PACKAGED and code not in ("en", ANY)]
    if wrong:
        raise ValueError(f"models: {PACKAGED!r} is a pipeline for 'en', not {wrong[0]!r}")
    if language is not None and language not in models and ANY not in models:
        raise ValueError(
            f"language: {language!r} has no pipeline in models; there are: {', '.join(models)}"
        )


class Pipelines:
    """Finds entities with the pipeline of each text's language."""

    def __init__(
        self,
        models: Mapping[str, str] = DEFAULT,
        *,
        resources: Resources,
        language: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Load the pipelines, each once for all that share `resources`.

        `models` maps language codes to pipelines. `language` settles the language of all texts;
        otherwise, where several are configured, it is detected. `labels` maps a pipeline's labels
        to kinds, besides those that are known. Raises WarmUpError.
        """
        try:
            checked(models, language)
        except ValueError as error:
            raise WarmUpError(str(error)) from error
        mapping = dict(labels or {})
        self._is_packaged = set(models.values()) == {PACKAGED}
        self._pipelines = {
            code: Pipeline(resources.get(("detectors.pii.ner", name), partial(load, name)), mapping)
            for code, name in models.items()
        }
        for code, pipeline in self._pipelines.items():
            if code != ANY and pipeline.language not in (code, ANY):
                raise WarmUpError(
                    f"models: {models[code]!r} is a pipeline for {pipeline.language!r}, "
                    f"not {code!r}"
                )
        self._settled = language if language in models else ANY if language else None
        if len(models) == 1:
            self._settled = next(iter(models))
        self._identifier: Any = None if self._settled else _identifier(models, resources)

    @property
    def version(self) -> str | None:
        """The names and versions of the pipelines; None for the packaged one alone."""
        if self._is_packaged:
            return None
        return ", ".join(one.version for one in self._pipelines.values())

    def entities(self, texts: Sequence[str], memo: Memo) -> list[list[Entity]]:
        """The entities of each text, in reading order; a text is read once for each memo."""
        wanted: dict[str, list[str]] = {}
        chosen = [self._language(text) for text in texts]
        known = {code: self._known(code, memo) for code in set(chosen)}
        for code, text in zip(chosen, texts, strict=True):
            if text not in known[code]:
                wanted.setdefault(code, []).append(text)
        for code, missing in wanted.items():
            unread = list(dict.fromkeys(missing))
            found = self._pipelines[code].entities(unread)
            known[code].update(zip(unread, found, strict=True))
        return [known[code][text] for code, text in zip(chosen, texts, strict=True)]

    def _known(self, code: str, memo: Memo) -> dict[str, list[Entity]]:
        found: dict[str, list[Entity]] = {}
        return memo.get(("detectors.pii.ner", self._pipelines[code].revision), lambda: found)

    def _language(self, text: str) -> str:
        if self._settled:
            return self._settled
        start = text[:_ENOUGH].encode("utf-8", "replace")
        code = str(self._identifier.classify(start)[0])
        return code if code in self._pipelines else ANY


def _languages() -> frozenset[str]:
    """The codes of the languages that the installed spaCy has; empty where there is no spaCy."""
    spec = find_spec("spacy")
    if spec is None or spec.origin is None:
        return frozenset()
    folders = (Path(spec.origin).parent / "lang").glob("*/__init__.py")
    return frozenset(path.parent.name for path in folders)


def _identifier(models: Mapping[str, str], resources: Resources) -> Any:
    """A language identifier; among the configured languages only, unless one takes the rest."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - may be missing
    except ImportError as error:
        raise WarmUpError(
            "to tell languages apart, py3langid is needed: pip install llm-policyengine[spacy]; "
            "or set language"
        ) from error
    among = None if ANY in models else sorted(models)

    def load() -> Any:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
        if among is not None:
            identifier.set_languages(among)
        return identifier

    try:
        return resources.get(("detectors.pii.ner.identifier", tuple(among or ())), load)
    except ValueError as error:
        raise WarmUpError(
            f"models: the language of a text cannot be told among {', '.join(models)}; set language"
        ) from error
