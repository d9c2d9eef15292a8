"""Times the packaged encoders on the texts; prints JSON."""

from __future__ import annotations

import json

from encoding import ANSWER, CONTEXT, PAIR, best

from detectors.encoders.loading import load
from detectors.encoders.settings import Onnx, Static
from policyengine import Resources, View

times = {}
for settings in (Onnx(cache_mb=0), Static(cache_mb=0)):
    cold = load(settings, Resources())
    warm = load(type(settings)(), Resources())
    warm.encode([CONTEXT], View(()).memo)
    answers = iter(f"{number} {ANSWER}" for number in range(10**6))
    times |= {
        f"{settings.type}/pair": best(lambda c=cold: c.encode(PAIR, View(()).memo)),
        f"{settings.type}/long": best(lambda c=cold: c.encode([ANSWER, CONTEXT], View(()).memo)),
        f"{settings.type}/context seen": best(
            lambda w=warm, a=answers: w.encode([next(a), CONTEXT], View(()).memo)
        ),
    }
print(json.dumps(times))
