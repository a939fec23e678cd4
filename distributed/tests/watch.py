"""Ends tests that hang, so that a hang is a failure and never waits for whoever runs them.

Something moves when a test begins or ends, and when a command of one does. After `STILL` seconds without, the test at
work has failed: its stacks are printed, and the closing line counts it. A machine that is only slow has until
DRIFTFIELD_TEST_UNTIL (seconds of the epoch); tests that haven't begun by then are skipped, and a sentence says so.
"""

import faulthandler
import os
import sys
import threading
import time
import unittest

STILL = 240.0
last = time.monotonic()


def moved() -> None:
    global last
    last = time.monotonic()


class WatchedResult(unittest.TextTestResult):
    """Counts, and knows the test at work."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.until = float(os.environ.get("DRIFTFIELD_TEST_UNTIL", "inf"))
        self.late: list[str] = []
        self.at_work = "the first test"
        threading.Thread(target=self.watch, daemon=True).start()

    def startTest(self, test):
        moved()
        self.at_work = str(test)
        super().startTest(test)
        if time.time() > self.until:
            self.late.append(str(test))
            test.setUp = lambda: test.skipTest("no time was left")

    def stopTest(self, test):
        moved()
        super().stopTest(test)

    def broken(self) -> set[str]:
        return {str(getattr(test, "test_case", test)) for test, _ in (*self.failures, *self.errors)}

    def closing_line(self, hung: int = 0) -> str:
        failed = len(self.broken()) + hung
        passed = max(0, self.testsRun - len(self.broken()) - hung - len(self.skipped))
        return f"{passed} passed, {failed} failed, {len(self.skipped)} skipped\n"

    def watch(self) -> None:
        while True:
            time.sleep(1)
            if time.monotonic() - last < STILL:
                continue
            out = sys.__stdout__
            out.write(f"nothing moved for {STILL:.0f} seconds in {self.at_work}\n")
            out.flush()
            faulthandler.dump_traceback(out)
            out.write(self.closing_line(hung=1))
            out.flush()
            os._exit(1)
