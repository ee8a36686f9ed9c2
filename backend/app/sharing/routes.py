"""Sharing: with people, by links; and what a link gives to whoever opens it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.auth.errors import LinkUnknownError, LinkUsedError, NotAllowedError, NotSignedInError
from app.auth.identity import CurrentUser, Editor, Person
from app.dependencies import ReadSession, WriteSession
from app.errors import NotFoundError, problems
from app.pagination import LARGEST_ID, Identifier
from app.runs.models import Run
from app.sharing import service
from app.sharing.models import Share
from app.sharing.schemas import (
    LinkGiven,
    LinkOpened,
    LinkOpening,
    LinkRead,
    LinkRequest,
    SharedThing,
    ShareRead,
    ShareRequest,
    SharingRead,
)
from app.users.models import User

router = APIRouter(tags=["sharing"])


@router.get("/shares", responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def get_shares(
    user: CurrentUser, session: ReadSession, shared: Annotated[SharedThing, Query()]
) -> SharingRead:
    """List with whom a dataset or a run of one's own is shared, and by which links."""
    people, links = service.shares_and_links(session, service.owned_thing(session, user, shared))
    return SharingRead(
        people=[_read(share, person) for share, person in people],
        links=[LinkRead.model_validate(link) for link in links],
    )


@router.post("/shares", status_code=201, responses=problems(NotSignedInError, NotAllowedError, NotFoundError))
def post_share(body: ShareRequest, user: Editor, session: WriteSession) -> ShareRead:
    """Share a dataset or a run of one's own with a person; the right replaces one given before."""
    return _read(*service.share(session, user, body))


@router.delete(
    "/shares/received",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def delete_received(
    user: Person, session: WriteSession, dataset_id: Annotated[int, Query(ge=1, le=LARGEST_ID)]
) -> None:
    """Give up all that is shared with oneself of a dataset: the dataset, or single runs of it."""
    service.give_up(session, user, dataset_id)


@router.delete(
    "/shares/{share_id}",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def delete_share(share_id: Identifier, user: Person, session: WriteSession) -> None:
    """End a share: as the owner of what is shared, or as the one it is shared with."""
    service.end_share(session, user, share_id)


@router.post(
    "/share-links", status_code=201, responses=problems(NotSignedInError, NotAllowedError, NotFoundError)
)
def post_link(body: LinkRequest, user: Editor, session: WriteSession, response: Response) -> LinkGiven:
    """Make a link that shares a dataset or a run of one's own with whoever opens it, signed in."""
    link, token = service.make_link(session, user, body)
    response.headers["Cache-Control"] = "no-store"
    return LinkGiven(**LinkRead.model_validate(link).model_dump(), token=token)


@router.delete(
    "/share-links/{link_id}",
    status_code=204,
    responses=problems(NotSignedInError, NotAllowedError, NotFoundError),
)
def delete_link(link_id: Identifier, user: Person, session: WriteSession) -> None:
    """Take a link back, and with it every share that came by it."""
    service.end_link(session, user, link_id)


@router.post(
    "/share-links/open",
    responses=problems(NotSignedInError, NotAllowedError, LinkUnknownError, LinkUsedError),
)
def open_link(body: LinkOpening, user: Person, session: WriteSession) -> LinkOpened:
    """Take what a link shares, and learn where it leads."""
    link = service.open_link(session, user, body.token)
    dataset_id = link.dataset_id or session.get_one(Run, link.run_id).dataset_id
    return LinkOpened.model_validate({"dataset_id": dataset_id, "run_id": link.run_id, "right": link.right})


def _read(share: Share, person: User) -> ShareRead:
    values = {name: getattr(share, name) for name in ShareRead.model_fields if name != "username"}
    return ShareRead.model_validate({**values, "username": person.username})
