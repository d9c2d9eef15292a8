"""What in a body is no text of anybody's: the only strings that are not examined.

Three closed tables. Whatever is not in them, a vendor's new field included, becomes a segment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = "other bodies refer to it, so that rewriting it breaks the conversation"
_CONFIGURATION = "names the model or its build; the deployment decides which model answers"

IDENTIFIERS: Mapping[str, Mapping[str, str]] = {
    "request": {"model": _CONFIGURATION},
    "message": {"tool_call_id": _REFERENCE},
    "tool_call": {"id": _REFERENCE},
    "audio": {"id": _REFERENCE},
    "response": {
        "id": _REFERENCE,
        "model": _CONFIGURATION,
        "system_fingerprint": _CONFIGURATION,
    },
}
"""For each object of the API, the fields whose identifiers are not examined, and why."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:/+=-]{0,128}")


def is_identifier(value: str) -> bool:
    """Whether a string can be an identifier; anything else in its place is somebody's text."""
    return _IDENTIFIER.fullmatch(value) is not None


REPLACED = frozenset({"detections"})
"""Fields of a response that are not read because attaching this evaluation's own replaces them."""

LONGEST_TOKEN = 32
"""An alternative of one token, in logprobs, that is longer is reported as not examined.

Shorter ones are examined, all of a choice as one text; they go, too, when the token beside them is
rewritten.
"""


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


WORDS: Mapping[str, frozenset[str]] = {
    "role": _words("system developer user assistant tool function"),
    "type": _words(
        "text refusal image_url input_audio file function custom allowed_tools content auto "
        "json_object json_schema grammar url_citation file_citation approximate ephemeral "
        "object array string number integer boolean null"
    ),
    "object": _words("chat.completion text_completion chat.completion.chunk"),
    "finish_reason": _words("stop length tool_calls content_filter function_call"),
    "native_finish_reason": _words("stop length tool_calls content_filter function_call"),
    "service_tier": _words("auto default flex scale priority"),
    "reasoning_effort": _words("none minimal low medium high xhigh"),
    "verbosity": _words("low medium high"),
    "tool_choice": _words("none auto required"),
    "function_call": _words("none auto"),
    "mode": _words("auto required"),
    "modalities": _words("text audio"),
    "detail": _words("auto low high"),
    "format": _words("wav aac mp3 flac opus pcm16"),
    "syntax": _words("lark regex"),
    "search_context_size": _words("low medium high"),
    "prompt_cache_retention": _words("in-memory 24h"),
    "severity": _words("safe low medium high"),
}
"""Closed vocabularies of documented fields; any other value there is examined as text."""

NAMES = frozenset(WORDS) | _words(
    # requests
    "messages prompt suffix context tools functions response_format prediction user metadata stop "
    "model audio voice best_of echo frequency_penalty logit_bias logprobs max_completion_tokens "
    "max_tokens n parallel_tool_calls presence_penalty prompt_cache_key safety_identifier seed "
    "store stream stream_options include_usage include_obfuscation temperature top_logprobs top_p "
    "web_search_options user_location approximate city country region timezone cache_control "
    # messages, parts and calls
    "content name refusal reasoning reasoning_content tool_calls tool_call_id annotations text "
    "url_citation file_citation start_index end_index title url image_url input_audio file "
    "file_data file_id filename data id index function custom arguments input transcript "
    "expires_at "
    # schemas of tools and of answers
    "description parameters strict schema json_schema definition grammar allowed_tools properties "
    "patternProperties $defs definitions dependentSchemas required items prefixItems enum const "
    "default examples additionalProperties anyOf oneOf allOf not if then else $ref $schema $id "
    "pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength "
    "minItems maxItems uniqueItems minProperties maxProperties propertyNames contains nullable "
    # responses
    "choices created usage system_fingerprint error message param code detections prompt_tokens "
    "completion_tokens total_tokens prompt_tokens_details completion_tokens_details cached_tokens "
    "audio_tokens reasoning_tokens accepted_prediction_tokens rejected_prediction_tokens "
    # what widely used servers add
    "stop_reason prompt_logprobs prompt_token_ids token_ids kv_transfer_params citations provider "
    "prompt_filter_results prompt_index content_filter_results hate self_harm sexual violence "
    "jailbreak profanity protected_material_text protected_material_code indirect_attack filtered "
    "detected prompt_cache_hit_tokens prompt_cache_miss_tokens reasoning_details cost timings "
    "cache_n prompt_n prompt_ms prompt_per_token_ms prompt_per_second predicted_n predicted_ms "
    "predicted_per_token_ms predicted_per_second draft_n draft_n_accepted"
)
"""Names that the API gives to members: they are not examined as keys where the API names members.

In free-form maps (metadata, a schema's properties, whatever stands under an unknown name) every
key is.
"""

FREE_MAPS = _words("properties patternProperties $defs definitions dependentSchemas metadata")
"""Documented members whose own members anybody may name."""
