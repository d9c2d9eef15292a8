"""OpenAI-shaped bodies to exchanges and back; plain dicts in, plain dicts out.

Reading gives every text of a body a path and a source; writing puts rewritten texts back where they
were, in a copy that shares what did not change.
"""

from __future__ import annotations

from policyengine.openai.change import Change
from policyengine.openai.gathering import ReadBody
from policyengine.openai.replies import attach, blocked_completion, blocked_error, close_choice
from policyengine.openai.request import endpoint_of, read_request
from policyengine.openai.response import read_exchange, read_response
from policyengine.openai.writing import write

__all__ = [
    "Change",
    "ReadBody",
    "attach",
    "blocked_completion",
    "blocked_error",
    "close_choice",
    "endpoint_of",
    "read_exchange",
    "read_request",
    "read_response",
    "write",
]
