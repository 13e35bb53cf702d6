"""The blueprint that every operators' page hangs on, and what all of their templates know."""

from apiflask import APIBlueprint

from backend.sessions import csrf_token

blueprint = APIBlueprint(
    "operator",
    __name__,
    url_prefix="/operator",
    static_folder="../static",
    static_url_path="/static",
    enable_openapi=False,
)
blueprint.add_app_template_global(csrf_token)
