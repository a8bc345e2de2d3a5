"""The chapters of the report, one file each: what is said about a plan, from its tables alone."""
