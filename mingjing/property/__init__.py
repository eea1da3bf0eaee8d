"""Goods in custody: what was taken, where it is, who moved it on what basis; the acts themselves are in cases."""
