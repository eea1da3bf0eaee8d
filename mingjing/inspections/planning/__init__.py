"""What is inspected and how often: items, yearly plans, special inspections, joint visits, caps, terms of a draw."""
