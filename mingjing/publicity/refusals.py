"""How the room of publicity says no."""


class PublicityRefused(Exception):
    """Nothing was published or withdrawn, and nothing else was written. The message is Chinese."""
