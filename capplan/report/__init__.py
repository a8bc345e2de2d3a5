"""Plan -> what people read: the memo-like summary of the command line."""
