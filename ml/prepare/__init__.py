"""`deepdog prepare`: photos from anywhere become a dataset: upright, small, each once, split so that nothing leaks."""
