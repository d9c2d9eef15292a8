"""The packaged encoder's lower layers: what the reader is given of each token."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).parents[3]))

from detectors.reader.texts import Read, tokens_of

MINILM = Path(__file__).parents[3] / "detectors/encoders/minilm"
STATES = "out1"
"""The output of the second of six layers, as export.py of the encoders names it."""
WIDTH = 384


class Lower:
    """Reads texts one by one, as the detectors do."""

    def __init__(self) -> None:
        model = onnx.load(MINILM / "model.onnx")
        nodes, wanted = [], {STATES}
        for node in reversed(model.graph.node):
            if wanted & set(node.output):
                wanted |= set(node.input)
                nodes.append(node)
        del model.graph.node[:]
        model.graph.node.extend(reversed(nodes))
        kept = [one for one in model.graph.initializer if one.name in wanted]
        del model.graph.initializer[:]
        model.graph.initializer.extend(kept)
        del model.graph.output[:]
        model.graph.output.append(
            helper.make_tensor_value_info(STATES, TensorProto.FLOAT, ["rows", "tokens", WIDTH])
        )
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 1
        settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), settings, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = Tokenizer.from_file(str(MINILM / "tokenizer.json"))

    def read(self, text: str, *, most: int = 256) -> Read:
        """The text, of which no more than `most` tokens are read."""
        found = self.tokenizer.encode(text)
        ids = found.ids[:most]
        (states,) = self._session.run([STATES], {"input_ids": np.array([ids], np.int64)})
        places = found.offsets[:most]
        words, stems = tokens_of(text, places, found.word_ids[:most])
        return Read(
            states[0].astype(np.float16),
            words,
            stems,
            tuple(start for start, _ in places),
            tuple(end for _, end in places),
        )

    def count(self, text: str) -> int:
        """Its tokens."""
        return len(self.tokenizer.encode(text).ids)
