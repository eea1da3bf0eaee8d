"""How the mirror refuses."""


class MirrorRefused(Exception):
    """A mirror or a package is not taken: unsigned, altered, incomplete or out of turn. The message is Chinese."""
