"""The shared samples, where they lie beside the project; tests on them are skipped elsewhere."""

from pathlib import Path

import pytest

SAMPLES = next(
    (folder for up in Path(__file__).parents if (folder := up / "shared" / "samples").is_dir()),
    Path("no-samples"),
)
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
