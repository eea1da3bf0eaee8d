"""Case files bound as one PDF, and the sealed packages that leave for the archive; it reads acts, never writes them."""
