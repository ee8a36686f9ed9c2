"""What the API says about shares, and takes for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.pagination import LARGEST_ID
from app.text import PlainText
from app.users.schemas import MAXIMUM_EMAIL_LENGTH

GivenRight = Literal["view", "edit"]
Number = Annotated[int | None, Field(ge=1, le=LARGEST_ID)]


class SharedThing(BaseModel):
    """What is shared: a dataset with all its runs, or one run."""

    dataset_id: Number = None
    run_id: Number = None

    @model_validator(mode="after")
    def _name_one(self) -> Self:
        if (self.dataset_id is None) == (self.run_id is None):
            raise ValueError("name either dataset_id or run_id")
        return self


class ShareRequest(SharedThing):
    """A right for one person, by user name or e-mail address."""

    person: Annotated[
        PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAXIMUM_EMAIL_LENGTH)
    ]
    right: GivenRight


class LinkRequest(SharedThing):
    """A right for everybody who opens the link within some days, signed in."""

    right: GivenRight
    expires_in_days: int = Field(default=30, ge=1, le=366)


class ShareRead(BaseModel):
    """One person's right; ``link_id`` names the link it came by, if any."""

    id: int
    username: str
    right: GivenRight
    link_id: int | None
    created_at: datetime


class LinkRead(BaseModel):
    """A link that can still be opened."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    right: GivenRight
    created_at: datetime
    expires_at: datetime


class LinkGiven(LinkRead):
    """A new link with its token, which is never shown again: the page's ``/share?token=``."""

    token: str


class SharingRead(BaseModel):
    """Everybody a thing is shared with, and the links to it."""

    people: list[ShareRead]
    links: list[LinkRead]


class LinkOpening(BaseModel):
    """The token of a link that somebody shared."""

    token: str = Field(min_length=1, max_length=200)


class LinkOpened(BaseModel):
    """Where a link leads: to a dataset, or to one run of it."""

    dataset_id: int
    run_id: int | None
    right: GivenRight
