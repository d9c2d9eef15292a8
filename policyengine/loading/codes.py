"""Every code that a mistake in a configuration can carry, each with what it means."""

from __future__ import annotations

ERRORS = {
    # The file
    "not-utf-8": "The file is not UTF-8 text.",
    "character": "The file holds a character that YAML does not allow.",
    "yaml": "The file is not YAML (or JSON).",
    "empty": "The file holds no document.",
    "several-documents": "The file holds more than one YAML document.",
    "too-deep": "Lists and mappings are nested deeper than any policy needs.",
    "alias": "A YAML alias stands for nothing, for itself, or for too much.",
    "tag": "A YAML tag other than those of the core schema.",
    "number": "A number that is too long, or not what its tag says.",
    "key": "A mapping's key that is not a text.",
    # The shape
    "duplicate": "A key or a name that is already given, in the same file or in another.",
    "version": "The version of the format is missing or not known.",
    "unknown-key": "A key that has no meaning in this place.",
    "missing-key": "A key that must be given is not.",
    "wrong-type": "A value of another type than the key takes.",
    "wrong-value": "A value that is none of those the key takes.",
    "out-of-range": "A number that is too small or too large.",
    "length": "A text or a list that is too short or too long.",
    "pattern": "A name, a tag or another text with a character that it cannot have.",
    "invalid": "A value that the key or the detector's option does not accept.",
    # Names
    "unknown-detector": "A detector that no installed plugin brings.",
    "unknown-model": "A deployment names a model that is not defined.",
    "unknown-policy": "A deployment names a policy that is not defined.",
    "unknown-deployment": "The default deployment is not defined.",
    "unknown-kind": "A kind that the step's detector does not find.",
    "repeated-policy": "A policy stands twice in one stage of a deployment.",
    "repeated-step": "Two steps of a policy have one name.",
    # Steps
    "detector-fails": "The detector could not be set up with its options.",
    "decides-nothing": "A step that can decide nothing: it has no threshold for any kind.",
    "threshold-order": "Thresholds that are not in the order flag_at < redact_at < block_at.",
    "redact-without-span": "Redacting what has no place in the text.",
    "redact-with-unused": "A way to redact where nothing is ever redacted.",
    "keep-last-unused": "`keep_last` where nothing is masked.",
    "no-surrogates": "Redacting with surrogates what the step's detector has none for.",
    "hash-without-key": "Redacting with hashes, which need `keys.rewrite`.",
    "unmet-need": "A detector needs what a stage that uses it cannot have.",
    "unreachable": "A step that never runs, or never sees a text.",
    # The environment
    "variable": "A reference to the environment that is not of the form `${NAME}`.",
    "missing-variable": "A variable that is not set in the environment, or is empty.",
    "plain-key": "A client's key that stands in the document itself.",
    "base-url": "The base of a model's API is not an http or https URL.",
    # Getting ready
    "self-test": "A detector does not find its own examples, or finds what it must not.",
    "warm-up": "A detector could not get ready.",
}
"""The codes of errors: a configuration with one of them is refused."""

WARNINGS = {
    "redact-before-block": "A step rewrites texts before a later step, which can block, sees them.",
    "surrogate-missing": "Some of the kinds that are redacted with surrogates have none.",
    "client-tag": "A step that only a tag sent by the client can switch on.",
    "unknown-tag": "A condition on a tag that no deployment using the step has or accepts.",
    "unused": "A model or a policy that no deployment uses.",
    "no-policies": "A deployment that is held to no policy.",
    "whole-scope": "A step that makes a stream wait for its end.",
    "message-unused": "A message that no client is ever told.",
    "if-missing-unused": "`if_missing` for a detector that needs nothing.",
}
"""The codes of warnings: the configuration works, but perhaps not as it was meant."""

CODES = {**ERRORS, **WARNINGS}
"""Every code, with one line that explains it."""
