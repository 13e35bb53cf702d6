"""What a run writes while it trains, and how it goes on after it was stopped."""
