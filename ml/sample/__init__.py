"""Pictures that the project makes itself: foods described as distance fields, photographed by a small ray-marcher."""
