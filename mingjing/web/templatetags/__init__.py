"""What the officers' templates may say beyond plain Django."""
