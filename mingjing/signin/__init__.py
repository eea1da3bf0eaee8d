"""Proving who sits at the desk: second factors, single sign-on, passwords, sessions. Rights are personnel's."""
