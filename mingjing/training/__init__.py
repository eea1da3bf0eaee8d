"""Training: the question bank, examinations, courses and hours; what a certificate is worth lives in personnel."""
