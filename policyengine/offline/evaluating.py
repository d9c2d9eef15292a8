"""One recorded line, held to a deployment's policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policyengine import openai
from policyengine.errors import ExchangeError
from policyengine.evaluation import failure_of
from policyengine.offline.jsonl import NESTED_TOO_DEEPLY, BadLine, dump, parse
from policyengine.offline.summary import BAD, Tally, detections_in, tally
from policyengine.transport import before_block

if TYPE_CHECKING:
    from policyengine.deployment import CompiledDeployment
    from policyengine.offline.reading import Line

OFFLINE_KEY = b"policyengine offline evaluation"
"""The key of placeholders where the configuration has no `keys.rewrite`.

It is public, so that two runs give the same bytes; who needs placeholders that nobody can check
guesses against sets `keys.rewrite`.
"""

UNEXPECTED = "this is a mistake in policyengine or in a plugin"


@dataclass(frozen=True, slots=True)
class Settings:
    """How lines are evaluated; `tags` are a client's."""

    observe: bool = False
    all_findings: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The line to write in a line's place, and what it adds to the account.

    `problem` says, without any of its text, why a line could not be evaluated.
    """

    content: bytes = field(repr=False)
    tally: Tally
    problem: str | None = None


def evaluate_line(deployment: CompiledDeployment, line: Line, settings: Settings) -> Outcome:
    """Evaluate one line; whatever goes wrong with it is the outcome, and ends no run.

    Only an interruption is raised. `policyengine --debug explain` shows where an unexpected
    exception comes from; the outcome has its name alone, since its text may quote the line.
    """
    try:
        evaluated = evaluate_exchange(deployment, parse(line.content), settings)
        content = dump(evaluated)
    except (BadLine, ExchangeError) as error:
        return _bad(line, str(error))
    except RecursionError:
        return _bad(line, NESTED_TOO_DEEPLY)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit too
        return _bad(line, f"{failure_of(error).reason}: {UNEXPECTED}")
    detections = detections_in(evaluated)
    return Outcome(content, BAD if detections is None else tally(detections))


def evaluate_exchange(
    deployment: CompiledDeployment, line: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """The line with its verdict enforced and its detections attached; other keys stay.

    The request is as the model would have seen it; a blocked one is as the steps before the block
    had left it. The response is as the client would have seen it. Raises BadLine and ExchangeError.
    """
    if "request" not in line:
        raise BadLine("no `request`")
    request = deployment.check_request(
        line["request"],
        tags=settings.tags,
        observe=settings.observe,
        all_findings=settings.all_findings,
    )
    if request.body is None:
        return {**line, "request": before_block(request), "response": _sent(request.reply)}
    reply = line.get("response")
    if reply is None:
        detections = request.detections.as_dict()
        return {**line, "request": request.body, "detections": detections}
    response = deployment.check_response(request, reply)
    if response.body is None:
        answer = _sent(response.reply)
    else:
        answer = openai.attach(response.body, response.detections.as_dict())
    return {**line, "request": request.body, "response": answer}


def _sent(reply: tuple[int, dict[str, Any]] | None) -> dict[str, Any]:
    if reply is None:
        raise ValueError("what was blocked has a reply")
    return reply[1]


def _bad(line: Line, problem: str) -> Outcome:
    record = {"error": {"line": line.number, "message": problem}}
    return Outcome(dump(record), BAD, problem)
