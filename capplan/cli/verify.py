"""``capplan verify``: recompute the certificate of a plan folder from its inputs and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli import _kinds
from capplan.cli._outcome import outcome_of
from capplan.cli._progress import watch
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, show
from capplan.errors import VerificationError
from capplan.messages import msg
from capplan.progress import stage

if TYPE_CHECKING:
    from capplan.certificate import Certificate


@click.command(
    cls=Command,
    short_help="Check that a plan folder holds.",
    epilog="Example: capplan verify plans/jilin-2025",
)
@click.argument("plan", type=_kinds.FOLDER)
@click.option(
    "--recompute-only", is_flag=True, help="Recompute every rule; do not compare fingerprints of files."
)
@spoken
@click.pass_obj
def command(session: Session, plan: Path, *, recompute_only: bool) -> int:
    """Recompute every rule and the objective of the plan folder PLAN from its inputs and tables alone.

    No solver is asked. Exit code 0 if the plan holds, 8 if it does not.
    """
    from capplan.certificate import verify

    with watch(session) as progress, stage("verify", progress):
        certificate = verify(plan, recompute_only=recompute_only)
    return _tell(certificate, session)


def _tell(certificate: Certificate, session: Session) -> int:
    from capplan.report.verdict import verdict

    code = 0 if certificate.holds else VerificationError.exit_code
    if session.json:
        print_json(_document(certificate, code, session))
    elif not (session.quiet and certificate.holds):
        from capplan.cli._render import section_lines

        show(*section_lines(verdict(certificate, session.lang)))
    return code


def _document(certificate: Certificate, code: int, session: Session) -> dict[str, Any]:
    told = {**certificate.to_json(), "exit_code": code}
    if code:
        error = VerificationError(msg("the certificate does not hold"))
        told |= outcome_of(error).document(session.lang)
    return told
