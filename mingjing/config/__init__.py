"""Settings, URLs and system checks: everything may be wired here, and nobody imports it."""
