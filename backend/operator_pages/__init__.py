"""The operators' pages: complaints with their photos, their review, and what is published. Importing a module adds its pages."""

from backend.operator_pages import complaints, models, sign_in
from backend.operator_pages.blueprint import blueprint

__all__ = ["blueprint", "complaints", "models", "sign_in"]
