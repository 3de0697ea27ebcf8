"""Scores that a part of the test suite proves."""

import re
import subprocess
import sys

from c2d.config import ROOT


def judge(*arguments: str) -> tuple[bool, str]:
    """Run these tests in a process of their own; held when all pass and there are some."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    last = re.findall(r"(\d+) (passed|failed|error)", done.stdout)
    counts = {what: int(number) for number, what in last}
    figures = f"{counts.get('passed', 0)} passed, {counts.get('failed', 0) + counts.get('error', 0)} failed"
    return done.returncode == 0 and counts.get("passed", 0) > 0, figures
