"""The numbers of a step: learning rate, bias corrections, the average's share; as src/training/train.ts says them."""


def rate_at(step: int, fraction: float, rate: float, warmup: float, cooldown: float) -> float:
    rising = min(1.0, (step + 1) / warmup)
    falling = min(1.0, max(0.0, (1 - fraction) / cooldown)) if cooldown > 0 else 1.0
    return rate * rising * falling


def corrections(step: int, beta1: float, beta2: float) -> tuple[float, float]:
    """1 / (1 - beta^t) of the step from 0."""
    return 1 / (1 - beta1 ** (step + 1)), 1 / (1 - beta2 ** (step + 1))


def steps_at_once(wanted: int, left: float) -> int:
    """The TypeScript trainer moves its running average once in so many steps."""
    if left == float("inf"):
        return wanted
    while left % wanted:
        wanted -= 1
    return wanted


def ema_keep(step: int, start: int, at_once: int, decay: float) -> float:
    """The share of the average that stays at `step`: 1 (it doesn't move) but for the last step of each group."""
    if (step - start + 1) % at_once:
        return 1.0
    begin = step + 1 - at_once
    return min(decay, (1 + begin) / (10 + begin)) ** at_once
