"""How unlikely a count is if nothing but chance is at work: exact tails of three distributions; pure."""

from collections.abc import Callable
from math import exp, lgamma, log, log1p


def poisson_tail(count: int, mean: float) -> float:
    """Give P(X >= count) for a Poisson variable."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    return _upper(lambda k: k * log(mean) - mean - lgamma(k + 1), count, None, mean)


def binomial_tail(count: int, trials: int, chance: float) -> float:
    """Give P(X >= count) for so many trials of an event with this chance."""
    if count <= 0:
        return 1.0
    if count > trials or chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    whole = lgamma(trials + 1)
    return _upper(
        lambda k: (
            whole - lgamma(k + 1) - lgamma(trials - k + 1) + k * log(chance) + (trials - k) * log1p(-chance)
        ),
        count,
        trials,
        trials * chance,
    )


def hypergeometric_tail(count: int, drawn: int, marked: int, whole: int) -> float:
    """Give P(X >= count) marked ones among so many drawn, without putting back, from a whole of which so many are."""
    least, most = max(0, drawn + marked - whole), min(drawn, marked)
    if count <= least:
        return 1.0
    if count > most:
        return 0.0

    def chosen(of: int, some: int) -> float:
        return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)

    everything = chosen(whole, drawn)
    return _upper(
        lambda k: chosen(marked, k) + chosen(whole - marked, drawn - k) - everything,
        count,
        most,
        drawn * marked / whole,
    )


def _upper(log_mass: Callable[[int], float], start: int, end: int | None, mean: float) -> float:
    """Add up the masses from `start` until they no longer count."""
    total, k = 0.0, start
    while end is None or k <= end:
        mass = exp(log_mass(k))
        total += mass
        if k > mean and mass < total * 1e-12:
            break
        k += 1
    return min(1.0, total)
