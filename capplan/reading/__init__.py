"""From files to typed values: every fault is collected with its place, and nothing is raised on the way."""
