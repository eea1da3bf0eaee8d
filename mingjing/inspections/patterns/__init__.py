"""What is counted over many inspections: figures, detectors, the exact tails they rest on."""
