"""Subcommands of `deepdog`, one a file: what it says in its help and prints; the work is done by the modules that it imports when it runs."""
