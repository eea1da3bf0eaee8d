"""Drills: the harm somebody could do, really done to a throw-away copy, and whether it is found."""
