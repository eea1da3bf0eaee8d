"""The command line: one command for each thing an operator does; it never touches models."""
