"""The legal-review desk: who reviews what and with which opinion; it never decides a case."""
