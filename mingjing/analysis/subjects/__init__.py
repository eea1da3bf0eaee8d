"""The subjects of analysis, one module each: what is counted, by what, in which tables."""
