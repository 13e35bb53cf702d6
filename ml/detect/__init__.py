"""Where is it, and how many: boxes to learn from, and the network that finds them."""
