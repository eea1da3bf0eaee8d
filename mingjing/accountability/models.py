"""The tables of accountability. They only grow."""
