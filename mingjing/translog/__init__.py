"""The transparency log: it sees digests, never contents."""
