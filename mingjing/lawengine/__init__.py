"""The judge: a pure function over rules and acts; no clock, no randomness, no framework."""
