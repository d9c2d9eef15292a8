"""Cosines by sentence-transformers, in an environment of its own; JSON pairs in, JSON out.

    python relevancy_theirs.py FOLDER TOKENS

Its documented use, `encode` and cosine, truncating at TOKENS: 256 is the model's own length; 512
is what LLM Guard's Relevance scanner reads before it compares the cosine with 0.5.
"""

from __future__ import annotations

import json
import sys

from sentence_transformers import SentenceTransformer


def main() -> None:
    folder, most = sys.argv[1], int(sys.argv[2])
    pairs = json.load(sys.stdin)
    model = SentenceTransformer(folder, device="cpu", local_files_only=True)
    model.max_seq_length = most
    asked = model.encode([one for one, _ in pairs], normalize_embeddings=True)
    said = model.encode([one for _, one in pairs], normalize_embeddings=True)
    json.dump((asked * said).sum(axis=1).tolist(), sys.stdout)


if __name__ == "__main__":
    main()
