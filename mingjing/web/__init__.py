"""The officers' face: parses requests, calls one service or selector, renders; it never touches models."""
