"""``python -m tests.docs.refresh``: put what the demo prints today into the README."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT

START, END = "The same question, asked as five people", "–  neither confirmed"
HOME, WORDS = "Kept from: Registered manager", "rhi synopsis"


def printed() -> list[str]:
    """The demo's lines, as on a terminal of eighty columns."""
    command = [str(Path(sys.executable).parent / "homeward"), "demo", "--once"]
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return [line.rstrip() for line in done.stdout.splitlines()]


def main() -> None:
    """Replace the two blocks."""
    lines = printed()
    table = lines[lines.index(START) + 2 :]
    table = table[: next(n for n, line in enumerate(table) if line.startswith(END)) + 1]
    home = lines[next(n for n, line in enumerate(lines) if line.startswith(HOME)) :]
    kept = home[next(n for n, line in enumerate(home) if WORDS in line) :]
    kept = kept[: next(n for n, line in enumerate(kept[1:], 1) if line.startswith("  •"))]
    shown = iter(["\n".join(table), "\n".join(kept)])
    readme = ROOT / "README.md"
    text = re.sub(
        r"(```text demo\n).*?(^```$)",
        lambda found: f"{found[1]}{next(shown)}\n{found[2]}",
        readme.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
