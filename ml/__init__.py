"""DeepDog's laboratory: photos in, a signed-off model bundle out."""
