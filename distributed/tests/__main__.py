"""Runs the tests: silent but for what fails, and one closing line, `N passed, N failed, N skipped`."""

import io
import sys
import unittest
from pathlib import Path

stream = io.StringIO()
here = Path(__file__).resolve().parent
suite = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here.parent))
result = unittest.TextTestRunner(stream, verbosity=0, buffer=True).run(suite)
broken = {str(getattr(test, "test_case", test)) for test, _ in (*result.failures, *result.errors)}
if broken or not result.testsRun:
    sys.stdout.write(stream.getvalue())
failed = max(len(broken), int(not result.testsRun))
passed = max(0, result.testsRun - len(broken) - len(result.skipped))
sys.stdout.write(f"{passed} passed, {failed} failed, {len(result.skipped)} skipped\n")
sys.exit(1 if failed else 0)
