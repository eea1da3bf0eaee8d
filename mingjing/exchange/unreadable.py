"""Why a file or a mapping cannot be used at all, in words for whoever sent it; what is checked is elsewhere."""


class Unreadable(Exception):
    """Nothing of the file was imported. The message is Chinese: what is wrong, where, and what to do."""
