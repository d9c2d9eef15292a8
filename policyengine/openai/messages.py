"""Messages, their parts and their tool calls: the same objects in requests and responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policyengine.exchange import Source
from policyengine.openai.structural import IDENTIFIERS
from policyengine.pointer import join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policyengine.openai.gathering import Gathering

_READ = frozenset(
    {
        "content",
        "name",
        "refusal",
        "reasoning",
        "reasoning_content",
        "annotations",
        "audio",
        "tool_calls",
        "function_call",
    }
)


@dataclass(frozen=True, slots=True)
class Whose:
    """The sources of a message's texts; `other` is that of what has no field of its own."""

    content: Source
    reasoning: Source
    refusal: Source
    transcript: Source
    other: Source
    may_be_json: bool = False


def read_message(gathering: Gathering, path: str, value: object, whose: Whose) -> None:
    """The texts of a message, in the order in which a choice is judged."""
    message = gathering.record(path, value)
    gathering.string(path, "name", message.get("name"), whose.other)
    for name in ("reasoning", "reasoning_content"):
        gathering.string(path, name, message.get(name), whose.reasoning)
    read_content(gathering, f"{path}/content", message.get("content"), whose)
    gathering.string(path, "refusal", message.get("refusal"), whose.refusal)
    annotations = f"{path}/annotations"
    for here, annotation in gathering.items(annotations, message.get("annotations")):
        gathering.record(here, annotation)
        gathering.walk(here, annotation, whose.content, documented=True)
    _audio(gathering, f"{path}/audio", message.get("audio"), whose)
    if message.get("function_call") is not None:
        _call(gathering, path, "function_call", message["function_call"], whose.other)
    for here, call in gathering.items(f"{path}/tool_calls", message.get("tool_calls")):
        _tool_call(gathering, here, gathering.record(here, call), whose.other)
    gathering.rest(path, message, whose.other, _READ, IDENTIFIERS["message"])


def read_content(gathering: Gathering, path: str, value: object, whose: Whose) -> None:
    """A message's content: a string, parts, or null."""
    if isinstance(value, str):
        gathering.text(path, value, whose.content, may_be_json=whose.may_be_json)
    elif isinstance(value, list):
        for here, part in gathering.items(path, value):
            _part(gathering, here, gathering.record(here, part), whose)
    elif value is not None:
        raise gathering.wrong(path, "a string, an array of parts or null", value)


def _part(gathering: Gathering, path: str, part: dict[str, Any], whose: Whose) -> None:
    kind = part.get("type")
    if "type" in part and not isinstance(kind, str):
        raise gathering.wrong(f"{path}/type", "a string", kind)
    read = _PARTS.get(kind) if isinstance(kind, str) else None
    if read is None or kind not in part:
        # Its texts may be said by whoever says the message; what else is in it, nobody knows.
        gathering.unseen(path, "unknown")
        gathering.rest(path, part, whose.content, frozenset())
        return
    read(gathering, path, part, whose)
    gathering.rest(path, part, whose.other, frozenset({kind}))


def _text_part(gathering: Gathering, path: str, part: dict[str, Any], whose: Whose) -> None:
    if not isinstance(part["text"], str):
        raise gathering.wrong(f"{path}/text", "a string", part["text"])
    gathering.text(f"{path}/text", part["text"], whose.content, may_be_json=whose.may_be_json)


def _refusal_part(gathering: Gathering, path: str, part: dict[str, Any], whose: Whose) -> None:
    gathering.string(path, "refusal", part["refusal"], whose.refusal)


def _image_part(gathering: Gathering, path: str, part: dict[str, Any], whose: Whose) -> None:
    here, image = f"{path}/image_url", part["image_url"]
    if not isinstance(image, str):
        gathering.rest(here, gathering.record(here, image), whose.other, frozenset({"url"}))
        here, image = f"{here}/url", image.get("url")
    if not isinstance(image, str):
        raise gathering.wrong(here, "a string", image)
    gathering.unseen(here, "image")
    if image[:5].lower() != "data:":
        gathering.text(here, image, whose.other)


def _audio_part(gathering: Gathering, path: str, part: dict[str, Any], whose: Whose) -> None:
    here = f"{path}/input_audio"
    audio = gathering.record(here, part["input_audio"])
    _media(gathering, here, "data", audio, "audio")
    gathering.rest(here, audio, whose.other, frozenset({"data"}))


def _file_part(gathering: Gathering, path: str, part: dict[str, Any], whose: Whose) -> None:
    here = f"{path}/file"
    file = gathering.record(here, part["file"])
    gathering.string(here, "filename", file.get("filename"), whose.other)
    for name in ("file_data", "file_id"):
        _media(gathering, here, name, file, "file")
    gathering.rest(here, file, whose.other, frozenset({"filename", "file_data", "file_id"}))


_PARTS: Mapping[str, Callable[[Gathering, str, dict[str, Any], Whose], None]] = {
    "text": _text_part,
    "refusal": _refusal_part,
    "image_url": _image_part,
    "input_audio": _audio_part,
    "file": _file_part,
}


def _audio(gathering: Gathering, path: str, value: object, whose: Whose) -> None:
    if value is None:
        return
    audio = gathering.record(path, value)
    gathering.string(path, "transcript", audio.get("transcript"), whose.transcript)
    _media(gathering, path, "data", audio, "audio")
    read = frozenset({"transcript", "data"})
    gathering.rest(path, audio, whose.other, read, IDENTIFIERS["audio"])


def _media(gathering: Gathering, holder: str, name: str, value: dict[str, Any], media: str) -> None:
    data = value.get(name)
    if isinstance(data, str):
        gathering.unseen(f"{holder}/{name}", media)
    elif data is not None:
        raise gathering.wrong(f"{holder}/{name}", "a string", data)


def _tool_call(gathering: Gathering, path: str, call: dict[str, Any], other: Source) -> None:
    for name in ("function", "custom"):
        if call.get(name) is not None:
            _call(gathering, path, name, call[name], other)
    read = frozenset({"function", "custom"})
    gathering.rest(path, call, other, read, IDENTIFIERS["tool_call"])


def _call(gathering: Gathering, holder: str, field: str, value: object, other: Source) -> None:
    """A call of a function (with `arguments`) or of a custom tool (with `input`)."""
    path = join(holder, field)
    call = gathering.record(path, value)
    given = "input" if field == "custom" else "arguments"
    gathering.string(path, "name", call.get("name"), Source.TOOL_ARGUMENTS)
    gathering.string(path, given, call.get(given), Source.TOOL_ARGUMENTS, may_be_json=True)
    gathering.rest(path, call, other, frozenset({"name", given}))
