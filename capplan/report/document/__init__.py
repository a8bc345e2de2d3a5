"""The document model of a report: blocks, origins of figures, and what chapters write with."""
