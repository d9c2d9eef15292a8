"""The untrained pipeline: a tokeniser that knows structured text, and a small network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import spacy
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex, filter_spans
from vectors import vectors

if TYPE_CHECKING:
    from pathlib import Path

    from corpora import Row
    from spacy.language import Language
    from spacy.tokens import Doc

LABELS = ("PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS", "NATIONALITY")
INFIXES = (r"[\"|;<>{}\[\]()=\\&?]", r"(?<=[^\W\d_]),(?=\S)", r"(?<=\S),(?=[^\W\d_\"])",
           r"(?<=[\"']):(?=\S)", r"(?<=[^\W\d_]):(?=\d)", r"(?<=[=\[(:,])'", r"'(?=[,)\];])")  # fmt: skip
"""Where a token is cut besides English's own places: the signs of JSON, CSV, XML and queries."""
PREFIXES = (r"[|=:;\\>-]",)
SUFFIXES = (r"[|=<>\\]",)
WIDTH, DEPTH = 96, 4
ROWS = {"NORM": 5000, "PREFIX": 2500, "SUFFIX": 4000, "SHAPE": 3000, "SPACY": 50, "IS_SPACE": 50}
NETWORK = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner", "extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2,
    "use_upper": True,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": WIDTH,
            "attrs": list(ROWS), "rows": list(ROWS.values()), "include_static_vectors": True,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": WIDTH, "depth": DEPTH,
            "window_size": 1, "maxout_pieces": 3,
        },
    },
}  # fmt: skip


def pipeline(words: Path) -> Language:
    """A blank English pipeline with the tokeniser's changes and an untrained `ner`.

    `words` is the folder of the model that the word vectors are taken from, see `vectors`.
    """
    nlp = spacy.blank("en")
    nlp.vocab.vectors = vectors(words, nlp.vocab.strings)
    rules = nlp.Defaults
    nlp.tokenizer.infix_finditer = compile_infix_regex([*rules.infixes, *INFIXES]).finditer
    nlp.tokenizer.prefix_search = compile_prefix_regex([*rules.prefixes, *PREFIXES]).search
    nlp.tokenizer.suffix_search = compile_suffix_regex([*rules.suffixes, *SUFFIXES]).search
    nlp.add_pipe("ner", config={"model": NETWORK})
    return nlp


def document(nlp: Language, row: Row) -> Doc:
    """The row as a labelled document; what is unsure is marked as missing."""
    doc = nlp.make_doc(row.text)
    spans = []
    for start, end, label in row.spans:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        while span is not None and len(span) and span[0].is_space:
            span = doc[span.start + 1 : span.end]
        while span is not None and len(span) and span[-1].is_space:
            span = doc[span.start : span.end - 1]
        if span is not None and len(span):
            spans.append(spacy.tokens.Span(doc, span.start, span.end, label))
    spans = filter_spans(spans)
    taken = {token.i for span in spans for token in span}
    missing = []
    for start, end in row.unsure:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None and not taken & set(range(span.start, span.end)):
            taken |= set(range(span.start, span.end))
            missing.append(span)
    doc.set_ents(spans, missing=missing, default="outside")
    return doc
