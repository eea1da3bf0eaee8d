"""A simulated county with known faults, and how well alerts and file reviews find them."""
