"""DeepDog's backend: complaints in, better weights out."""
