"""The public's face: shows what was published and can see nothing else."""
