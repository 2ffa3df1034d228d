"""Reading: what a list stands on (`inputs`), which rows whom may see (`rows`), how a place came about (`threads`)."""
