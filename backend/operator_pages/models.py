"""The page of models and publications."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from backend.channel import latest_publication
from backend.models import Publication, Release
from backend.operator_pages.access import signed_in
from backend.operator_pages.blueprint import blueprint
from backend.services import services

PUBLICATIONS_SHOWN = 100


@blueprint.get("/models")
@signed_in
def models() -> ResponseReturnValue:
    """Show the models and the publications; changing them is for the command line."""
    with services().database.reading() as db:
        releases = db.scalars(select(Release).order_by(Release.created_at.desc())).all()
        publications = db.scalars(
            select(Publication).order_by(Publication.sequence.desc()).limit(PUBLICATIONS_SHOWN)
        ).all()
        current = latest_publication(db)
    return render_template(
        "operator/models.html", releases=releases, publications=publications, current=current
    )
