"""The answer in plain words: counts before percentages' meaning, no causal verbs, no p-values."""

from __future__ import annotations

from tools.science.winrate.comparison import Comparison
from tools.science.winrate.diagnosis import Findings, Top, TopKind, Verdict
from tools.science.winrate.joint import JointSplit
from tools.science.winrate.kitagawa import Effect
from tools.science.winrate.overall import Overall, needed_per_period
from tools.science.winrate.proportions import Interval
from tools.science.winrate.question import Expected
from tools.science.winrate.timing import Timing

FEW = 10
MIXED = 0.3
CALM = 1.15


def rate_in_words(won: int, closed: int) -> str:
    """ "43.8 % (279 of 637)"; below ten deals only "k of n"."""
    if closed < FEW:
        return f"{won} of {closed}"
    return f"{100 * won / closed:.1f} % ({won} of {closed})"


def points(value: float, *, interval: Interval | None = None, signed: bool = True) -> str:
    """Percentage points; whole ones when the interval is wider than four points."""
    wide = interval is not None and interval[1] - interval[0] > 0.04
    text = f"{100 * value:+.0f}" if wide else f"{100 * value:+.1f}"
    text = text.replace("-", "−")
    return text if signed else text.lstrip("+−")


def percent(value: float) -> str:
    return f"{100 * value:.0f} %".replace("-", "−")


def headline(comparison: Comparison, overall: Overall) -> str:
    current, previous = comparison.current, comparison.previous
    here = rate_in_words(overall.current.won, overall.current.closed)
    there = rate_in_words(overall.previous.won, overall.previous.closed)
    if comparison.cut is not None:
        span = f"in the first {comparison.cut} days"
        return f"Win rate was {here} {span} of {current.period} after {there} {span} of {previous.period}"
    return f"Win rate was {here} in {current.period} after {there} in {previous.period}"


def premise(expected: Expected | None, overall: Overall) -> str:
    """The correction of a wrong premise, to be said first; empty when the premise holds."""
    if expected is None or not overall.current.closed or not overall.previous.closed:
        return ""
    if overall.change == 0:
        return f"It did not {expected.value}: the rate is the same. "
    rose = overall.change > 0
    if (expected is Expected.FALL) == rose:
        return f"It did not {expected.value}, it {'rose' if rose else 'fell'}. "
    return ""


def statement(
    verdict: Verdict, comparison: Comparison, findings: Findings, top: Top | None, expected: Expected | None
) -> str:
    """One answer for the verdict, with both rates, both periods and the size of what is named."""
    overall = findings.overall
    first = headline(comparison, overall)
    said = {
        Verdict.NOISE: lambda: _noise(overall),
        Verdict.INSUFFICIENT_DATA: lambda: _insufficient(overall),
        Verdict.SEASONAL: lambda: _seasonal(comparison, findings),
        Verdict.TIMING: lambda: _timing(findings),
        Verdict.DATA_QUALITY: lambda: " " + findings.faults[0].text,
        Verdict.MIX_SHIFT: lambda: _mix(findings, top),
        Verdict.RATE_CHANGE: lambda: _rate(findings, top),
    }[verdict]()
    return premise(expected, overall) + first + "." + said


def _noise(overall: Overall) -> str:
    detectable = f"{max(1, round(100 * overall.detectable))} points or more"
    if not overall.rejects:
        return (
            f" A move of this size is usual for this many deals; we would see {detectable}. No cause is named: "
            "there is no reliable signal here."
        )
    if overall.variation.sigma_z < CALM:
        return (
            f" That is somewhat more than counting alone gives, but from {overall.variation.periods} earlier periods "
            f"it cannot be told from the usual movement between them; we would see {detectable}. No cause is named: "
            "there is no reliable signal here."
        )
    return (
        " It moves about as much from one period to the next anyway "
        f"({overall.variation.sigma_z:.1f} times what counting alone gives over {overall.variation.periods} periods); "
        f"we would see {detectable}. No cause is named: there is no reliable signal here."
    )


def _insufficient(overall: Overall) -> str:
    n1, n0 = overall.current.closed, overall.previous.closed
    fall = abs(overall.change) if abs(overall.change) >= 0.02 else 0.10
    needed = needed_per_period(fall, overall.rate if overall.rate else 0.5)
    pace = max(1, min(n for n in (n0, n1) if n) if n0 or n1 else 1)
    pool = f"; at your pace, pool {-(-needed // pace)} periods" if 1 < -(-needed // pace) <= 40 else ""
    return (
        f" That is too few deals to tell a change from chance. To see a move of {100 * fall:.0f} points we would need "
        f"about {needed} a period{pool}."
    )


def _seasonal(comparison: Comparison, findings: Findings) -> str:
    season, position, whole = findings.season, findings.position, findings.whole
    if whole is not None and not findings.overall.beyond_usual:
        return (
            f" Against the whole of {comparison.previous.period} it looks different "
            f"({rate_in_words(whole.previous.won, whole.previous.closed)}), at the same point of the period it is not: "
            "what is missing is the rest of the period."
        )
    if season is not None and season.holds:
        times = "seen once before" if season.years == 1 else f"seen in {season.years} earlier years"
        low, high = season.excess_interval
        return (
            f" The same move came in earlier years ({points(season.usual)} points, {times}). Nothing beyond it "
            f"({points(season.excess, interval=season.excess_interval)}, {points(low)} to {points(high)})."
        )
    if position is None:
        return ""
    return (
        f" The difference is the position in the period: closings fell in other {position.unit}s of it, which makes "
        f"{points(position.mix)} points; {position.unit} by {position.unit} the rate moved {points(position.rate)}."
    )


def _timing(findings: Findings) -> str:
    timing = findings.timing
    if timing is None:
        return ""
    more = "younger" if timing.young[1] > timing.young[0] else "older"
    return (
        f" The open pipeline is {more} ({percent(timing.young[1])} of open deal-days in the first 30 days of age "
        f"after {percent(timing.young[0])}), and young deals end differently from old ones: that makes "
        f"{points(timing.exposure)} points. At the same age, deals are won as before "
        f"({points(findings.overall.change - timing.exposure)} points)."
    )


def _mix(findings: Findings, top: Top | None) -> str:
    joint, cause, overall = findings.joint, findings.cause, findings.overall
    if joint is None or cause is None or top is None:
        return ""
    text = f" {_kept_rate(joint, overall.sign)}; the kinds of deal changed"
    mover = effect_of(findings.effects, top.dimension, top.segment)
    if mover is not None:
        verb = "grew" if mover.share[1] > mover.share[0] else "shrank"
        shares = f"from {percent(mover.share[0])} to {percent(mover.share[1])}"
        text += f": {mover.segment} ({mover.dimension}) {verb} {shares} of deals"
        if cause.movers is not None:
            other = cause.movers[1] if cause.movers[0] == mover.segment else cause.movers[0]
            text += f", mostly {'at the cost' if verb == 'grew' else 'in favour'} of {other}"
    elif top.dimension is not None:
        text += f" by {top.dimension}"
    return f"{text}. {_parts(findings)}"


def _kept_rate(joint: JointSplit, sign: int) -> str:
    if abs(joint.rate) < MIXED * (abs(joint.rate) + abs(joint.mix_total)):
        return "The same kinds of deal were won about as often"
    often = "less" if joint.rate < 0 else "more"
    return f"The same kinds of deal were {'also ' if sign * joint.rate > 0 else ''}won {often} often"


def _rate(findings: Findings, top: Top | None) -> str:
    cause = findings.cause
    direction = "fell" if findings.overall.change < 0 else "rose"
    if top is None or cause is None:
        return ""
    if top.kind is TopKind.BROAD:
        lean = ""
        if cause.location is not None and cause.location.leaning is not None:
            leaning = cause.location.leaning
            lean = f" (leaning to {leaning.segment} in {leaning.dimension})"
        if findings.timing is not None and findings.timing.loss_entry is not None:
            return _loss_entry(findings.timing, f"{direction} nearly everywhere{lean}", _parts(findings))
        return (
            f" It {direction} nearly everywhere{lean}; no segment stands out. Look for something they share: price, "
            f"competitor, process, market. {_parts(findings)}"
        )
    share = percent(top.share_of_change)
    size = "more than all" if top.share_of_change > 1.05 else f"about {share}"
    rates = f" ({rates_in_words(top.won, top.closed)})" if top.closed is not None and top.won is not None else ""
    return f" In this view {size} of the change is {top.segment} in {top.dimension}{rates}. {_parts(findings)}"


def _loss_entry(timing: Timing, moved: str, parts: str) -> str:
    when = timing.loss_entry
    return (
        f" It {moved}: losses are entered {when} than before ({points(timing.loss_speed)} points) while wins come no "
        f"{'slower' if when == 'sooner' else 'faster'}. Deals are closed out {when} (a clean-up, another discipline) "
        f"rather than lost {'more' if when == 'sooner' else 'less'} often. {parts}"
    )


def rates_in_words(won: tuple[int, int], closed: tuple[int, int]) -> str:
    (k0, k1), (n0, n1) = won, closed
    return f"{rate_in_words(k0, n0)} to {rate_in_words(k1, n1)}"


def _parts(findings: Findings) -> str:
    joint = findings.joint
    if joint is None:
        return ""
    small, large = sorted((abs(joint.rate), abs(joint.mix_total)))
    mixed = " Both parts matter." if large and small / (small + large) >= MIXED else ""
    return f"Taken together, rate makes {points(joint.rate)} points and mix {points(joint.mix_total)}.{mixed}"


def effect_of(effects: tuple[Effect, ...], dimension: str | None, segment: str | None) -> Effect | None:
    return next((each for each in effects if (each.dimension, each.segment) == (dimension, segment)), None)


def size_in_deals(overall: Overall, won_amount: float | None, currency: str | None) -> str:
    """The change as wins at the earlier rate, and as money at the mean amount of a won deal, with its range."""
    n = overall.current.closed
    low, high = sorted(overall.sign * n * bound for bound in overall.interval)
    more = "fewer" if overall.change < 0 else "more"
    text = f"About {round(abs(overall.change) * n)} wins {more} than at the earlier rate ({_range(low, high)})"
    if not won_amount:
        return text + "."
    unit = f"{currency} " if currency else ""
    money = [_rounded(each * won_amount) for each in (abs(overall.change) * n, low, high)]
    return f"{text}, about {unit}{money[0]} at the mean amount of a won deal ({money[1]} to {money[2]})."


def _range(low: float, high: float) -> str:
    return f"{low:.0f} to {high:.0f}".replace("-", "−")


def _rounded(amount: float) -> str:
    """Three figures are all that a mean amount can carry."""
    digits = max(0, len(f"{abs(amount):.0f}") - 3)
    return f"{round(amount, -digits):,.0f}".replace("-", "−")
