"""How a report becomes files: one document model, printed as PDF by Typst and shown as one HTML page."""
