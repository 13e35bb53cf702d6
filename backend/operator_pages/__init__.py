"""The operators' pages: overview, complaints and their review, models. Importing a module adds its pages to the blueprint."""

from backend.operator_pages import boxes, complaints, models, overview, review, sign_in
from backend.operator_pages.blueprint import blueprint

__all__ = ["blueprint", "boxes", "complaints", "models", "overview", "review", "sign_in"]
