"""The application that ``uvicorn main:app`` serves."""

from app.api import create_app

app = create_app()
