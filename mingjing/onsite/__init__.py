"""Records written where there was no network: taken in once, with the signatures bound to what was signed."""
