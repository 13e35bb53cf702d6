"""The networks; each file holds one architecture and nothing else."""
