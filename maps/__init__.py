"""Packaged base layers, fonts and map styles; read through ``capplan.resources``."""
