"""Agencies, officers, certificates and sign-in; it knows nothing of cases."""
