"""The static mirror carried between networks: what it consists of, who signed it, taking it in; plain Python."""
