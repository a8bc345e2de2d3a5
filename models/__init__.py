"""Packaged planning models and technologies (YAML); read through ``capplan.resources``."""
