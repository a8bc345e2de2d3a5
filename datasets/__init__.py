"""Packaged data packages (tidy CSV with metadata); read through ``capplan.resources``."""
