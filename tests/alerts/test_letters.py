"""What every letter has, whichever feature writes it."""

from pathlib import Path

import pytest

from tracker import paths

FEET = sorted(paths.TEMPLATES.rglob("foot*.txt"))
LETTERS = sorted(path for path in paths.TEMPLATES.rglob("*.txt") if path not in FEET)


@pytest.mark.parametrize("path", LETTERS, ids=[str(path.relative_to(paths.TEMPLATES)) for path in LETTERS])
def test_every_letter_says_how_far_silence_can_be_trusted_and_who_wrote_it(path: Path) -> None:
    whole = path.read_text(encoding="utf-8")
    for foot in FEET:
        if f'{{% include "{foot.relative_to(paths.TEMPLATES)}" %}}' in whole:
            whole += foot.read_text(encoding="utf-8")
    assert "How far to trust silence: {{ silence }}" in whole
    assert "From {{ papers.operator }}. This is not a government website." in whole
