"""Inspections (双随机、一公开): registers, plans, draws that anybody can re-run, visits and their results."""
