"""Runs the tests: silent but for what fails, and one closing line, `N passed, N failed, N skipped`."""

import io
import sys
import unittest
from pathlib import Path

from .watch import WatchedResult


def main() -> int:
    stream = io.StringIO()
    here = Path(__file__).resolve().parent
    suite = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here.parent))
    runner = unittest.TextTestRunner(stream, verbosity=0, buffer=True, resultclass=WatchedResult)
    result = runner.run(suite)
    if result.broken() or not result.testsRun:
        sys.stdout.write(stream.getvalue())
    if result.late:
        sys.stdout.write(f"distributed/: no time was left for {len(result.late)} tests: {', '.join(result.late)}\n")
    sys.stdout.write(result.closing_line(hung=int(not result.testsRun)))
    return 1 if result.broken() or not result.testsRun else 0


if __name__ == "__main__":  # forked workers import this file too
    sys.exit(main())
