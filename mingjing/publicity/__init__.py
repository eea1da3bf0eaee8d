"""Publishing, masking and withdrawing results; what is shown to the public is decided here and nowhere else."""
