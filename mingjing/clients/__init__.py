"""Programs that act for people: who registered them, in whose name, with which rights, how often they may call."""
