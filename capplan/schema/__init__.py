"""What the input files hold: every key and column with its unit, meaning and allowed range."""
