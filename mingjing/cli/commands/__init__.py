"""One module a command: what it takes, and `run(args) -> exit code`. No decision is made here."""
