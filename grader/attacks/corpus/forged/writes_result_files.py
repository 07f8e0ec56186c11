# /// attack
# why = "Leaves results with full points wherever graders look for them."
# outcomes = ["failed"]
# ///
import contextlib
import json
import os

points = {"score": 30, "max_score": 30, "status": "graded", "tests": [{"score": 30, "max_score": 30, "status": "passed"}]}
junit = '<testsuites><testsuite tests="18" failures="0" errors="0"><testcase name="all"/></testsuite></testsuites>'
for folder in (".", "results", "/tmp", "/tmp/results", "/autograder/results"):
    for name, text in (("results.json", json.dumps(points)), ("junit.xml", junit), ("grades.csv", "ada,30")):
        with contextlib.suppress(OSError):
            if not folder.startswith("/autograder"):
                os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, name), "x") as file:
                file.write(text)

functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
