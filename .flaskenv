# Lets `.venv/bin/flask …` work from the repository's root; settings belong in .env (see .env.example).
FLASK_APP=backend.cli
