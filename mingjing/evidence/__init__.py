"""Files, their digests and their chain of custody; it never judges what they prove."""
