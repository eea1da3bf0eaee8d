"""Import and export with other systems; it never writes a case but through its services."""
