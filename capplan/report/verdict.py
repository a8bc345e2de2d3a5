"""What a recount of a plan found, told to a planner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from capplan.messages import Message, msg
from capplan.report.numbers import amount, money, percent
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.certificate import Certificate

__all__ = ["verdict"]


def verdict(certificate: Certificate, lang: str = "en") -> tuple[Section, ...]:
    """Return whether a plan holds, and every rule and file that speaks against it.

    Parameters
    ----------
    certificate : Certificate
        What the recount found.
    lang : str
        ``zh`` or ``en``.
    """
    stated, recomputed = _apart(certificate, lang)
    told = msg("The plan holds.") if certificate.holds else msg("THE PLAN DOES NOT HOLD.")
    rows = sum(family.rows for family in certificate.families)
    lines = [
        msg(
            "{families} families of rules with {rows} rows were recomputed from inputs and tables.",
            families=len(certificate.families),
            rows=f"{rows:,}",
        ),
        msg(
            "Objective: {stated} stated, {recomputed} recomputed.",
            stated=stated,
            recomputed=recomputed,
        ),
        *(_changed(name) for name in certificate.fingerprints),
    ]
    return (Section(told.text(lang), _failures(certificate, lang), tuple(line.text(lang) for line in lines)),)


def _apart(certificate: Certificate, lang: str) -> tuple[str, str]:
    """Return the objective as stated and as recomputed; to the cent where the rule fails and money hides it."""
    both = (certificate.objective_stated, certificate.objective_recomputed)
    told = (money(both[0], lang), money(both[1], lang))
    if told[0] != told[1] or all(family.family != "objective" for family in certificate.failures):
        return told
    exact = [amount(value, 2) for value in both]
    return (f"{exact[0]} 元", f"{exact[1]} 元") if lang == "zh" else (f"CNY {exact[0]}", f"CNY {exact[1]}")


def _changed(name: str) -> Message:
    return msg("case/{file} is not the file that was planned: its fingerprint differs", file=name)


def _failures(certificate: Certificate, lang: str) -> Grid | None:
    if not certificate.failures:
        return None
    headings = (msg("rule"), msg("belongs to"), msg("violation, relative"), msg("worst at"))
    rows = tuple(
        (family.family, family.feature, _violation(family.violation), family.worst)
        for family in certificate.failures
    )
    return Grid(tuple(heading.text(lang) for heading in headings), rows, (False, False, True, False))


def _violation(violation: float) -> str:
    return "∞" if violation == float("inf") else percent(violation, 4)
