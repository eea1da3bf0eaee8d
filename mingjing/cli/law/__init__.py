"""The tools of `mingjing law`: compare, begin, replay and release; each parses, calls one service and prints."""
