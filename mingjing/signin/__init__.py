"""Proving who sits at the desk: second factors, single sign-on, passwords, sessions. What they may do is personnel's."""
