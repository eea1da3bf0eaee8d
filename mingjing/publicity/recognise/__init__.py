"""What looks like personal data in running Chinese text: one module for each sort of it, all pure and offline."""
