"""Errors that say what is wrong and what to do: the same two lines that `driftfield` prints."""


class RunError(Exception):
    """What is wrong (the rule and the value), and the remedy."""

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.args[0]}\n{self.hint}"
