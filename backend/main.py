"""The application that ``uvicorn main:app`` serves."""

from app.api import create_app
from app.database import init_db
from app.settings import get_settings

if get_settings().environment == "development":
    # In production the schema is changed by one command (python -m app migrate), not by every server.
    init_db()

app = create_app()
