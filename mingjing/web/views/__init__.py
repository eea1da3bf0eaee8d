"""The views of the officers' face, one module per room: parse, call one service or selector, render."""
