"""Loops over build and solve: why a case cannot be met, and later frontiers, alternatives and stress."""
