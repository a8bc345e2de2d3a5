"""The command line: one file a command; the only place that prints, exits or reads the environment.

A module of this package whose name does not begin with an underscore is a command: it holds a click command
called ``command`` and is imported when that command is asked for.
"""

from __future__ import annotations

from capplan.cli._group import main

__all__ = ["main"]
