"""Published decisions handed on to other platforms as they are sealed; each is told once by its key, never lost."""
