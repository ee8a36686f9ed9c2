"""Giving shares and links, opening links, and ending both."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.errors import LinkUnknownError, LinkUsedError
from app.auth.tokens import fingerprint, random_token
from app.database import database_now
from app.datasets.models import Dataset
from app.datasets.repository import accessible_dataset
from app.errors import InvalidPart, NotFoundError, RequestInvalidError
from app.runs.models import Run
from app.runs.repository import accessible_run
from app.sharing.models import Share, ShareLink
from app.sharing.schemas import LinkRequest, SharedThing, ShareRequest
from app.users.models import User


def owned_thing(session: Session, user: User, shared: SharedThing) -> Dataset | Run:
    """Return the dataset or the run that ``user`` owns, or raise as for any other that is not there."""
    if shared.dataset_id is not None:
        return accessible_dataset(session, user, shared.dataset_id, "own")
    if shared.run_id is not None:
        return accessible_run(session, user, shared.run_id, "own")
    raise RequestInvalidError("Name either dataset_id or run_id.")


def share(session: Session, owner: User, request: ShareRequest) -> tuple[Share, User]:
    """Give a person a right; one given by name before is replaced.

    Raises
    ------
    NotFoundError
        There is no such thing among the owner's, or no such account.
    """
    thing = owned_thing(session, owner, request)
    name = request.person
    person = session.scalar(
        sa.select(User).where(sa.or_(User.username == name, User.email == name.lower()), User.is_active)
    )
    if person is None:
        raise NotFoundError(f"There is no account {name!r}.", remedy="Share by a link instead.")
    if person.id == owner.id:
        detail = "This account is yours; you may do everything with it already."
        raise RequestInvalidError(detail, errors=[InvalidPart(pointer="/person", detail=detail)])
    # The person's row is locked first: of two shares at once, the second replaces the first.
    session.execute(sa.select(User.id).where(User.id == person.id).with_for_update())
    given = session.scalar(_shares_of(thing).where(Share.user_id == person.id, Share.link_id.is_(None)))
    if given is None:
        given = _new_share(session, thing, person, request.right, None)
    given.right = request.right
    session.flush()
    record(session, "shared", by=owner, subject=thing, person=person.id, right=request.right)
    return given, person


def make_link(session: Session, owner: User, request: LinkRequest) -> tuple[ShareLink, str]:
    """Return a new link to a thing of ``owner``, and its token, which is kept nowhere."""
    thing = owned_thing(session, owner, request)
    token = random_token()
    now = database_now(session)
    link = ShareLink(
        right=request.right,
        sha256=fingerprint(token),
        created_at=now,
        expires_at=now + timedelta(days=request.expires_in_days),
        **_reference(thing),
    )
    session.add(link)
    session.flush()
    record(session, "link_made", by=owner, subject=thing, link=link.id, right=request.right)
    return link, token


def open_link(session: Session, user: User, token: str) -> ShareLink:
    """Give ``user`` what a link hands out; opening it again changes nothing.

    Raises
    ------
    LinkUnknownError
        It was never given out, or was taken back, or what it led to was deleted.
    LinkUsedError
        It has expired.
    """
    link = session.scalar(sa.select(ShareLink).where(ShareLink.sha256 == fingerprint(token)))
    thing = _thing(session, link) if link is not None else None
    if link is None or thing is None:
        raise LinkUnknownError(remedy="Copy the whole link, or ask for another.")
    if link.expires_at <= database_now(session):
        raise LinkUsedError("The link has expired.", remedy="Ask for another.")
    session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
    known = session.scalar(sa.select(Share.id).where(Share.link_id == link.id, Share.user_id == user.id))
    if known is None and _owner_id(session, thing) != user.id:
        _new_share(session, thing, user, link.right, link.id)
        record(session, "link_opened", by=user, subject=thing, link=link.id, right=link.right)
    return link


def end_share(session: Session, user: User, share_id: int) -> None:
    """End a share: its owner takes it back, or who has it gives it up.

    Raises
    ------
    NotFoundError
        There is none, or it is no business of this user.
    """
    given = session.get(Share, share_id)
    thing = _thing(session, given) if given is not None else None
    if given is None or thing is None or user.id not in (given.user_id, _owner_id(session, thing)):
        raise NotFoundError("There is no share with this number among yours.")
    record(session, "share_ended", by=user, subject=thing, person=given.user_id)
    session.delete(given)


def give_up(session: Session, user: User, dataset_id: int) -> None:
    """End every share by which ``user`` sees a dataset of somebody else, or single runs of it.

    Raises
    ------
    NotFoundError
        Nothing of it is shared with this user.
    """
    runs = sa.select(Run.id).where(Run.dataset_id == dataset_id)
    given = session.scalars(
        sa.select(Share)
        .where(Share.user_id == user.id, sa.or_(Share.dataset_id == dataset_id, Share.run_id.in_(runs)))
        .order_by(Share.id)
    ).all()
    if not given:
        raise NotFoundError(f"Nothing of a dataset {dataset_id} is shared with you.")
    for each in given:
        end_share(session, user, each.id)


def end_link(session: Session, owner: User, link_id: int) -> None:
    """Take a link back, and with it every share that came by it.

    Raises
    ------
    NotFoundError
        There is none among the owner's.
    """
    link = session.get(ShareLink, link_id)
    thing = _thing(session, link) if link is not None else None
    if link is None or thing is None or _owner_id(session, thing) != owner.id:
        raise NotFoundError("There is no link with this number among yours.")
    record(session, "link_ended", by=owner, subject=thing, link=link.id)
    session.delete(link)


def shares_and_links(
    session: Session, thing: Dataset | Run
) -> tuple[list[tuple[Share, User]], list[ShareLink]]:
    """Return who was given a right to a thing, and the links that still give one."""
    people = sa.select(Share, User).join(User, User.id == Share.user_id)
    shares = session.execute(people.where(*_refers_to(Share, thing)).order_by(Share.id))
    links = sa.select(ShareLink).where(
        *_refers_to(ShareLink, thing), ShareLink.expires_at > database_now(session)
    )
    return [(given, person) for given, person in shares], list(session.scalars(links.order_by(ShareLink.id)))


def _new_share(session: Session, thing: Dataset | Run, user: User, right: str, link_id: int | None) -> Share:
    given = Share(
        user_id=user.id,
        right=right,
        link_id=link_id,
        created_at=database_now(session),
        **_reference(thing),
    )
    session.add(given)
    session.flush()
    return given


def _shares_of(thing: Dataset | Run) -> sa.Select[Share]:
    return sa.select(Share).where(*_refers_to(Share, thing))


def _refers_to(model: type[Share | ShareLink], thing: Dataset | Run) -> list[sa.ColumnElement[bool]]:
    return [getattr(model, name) == number for name, number in _reference(thing).items()]


def _reference(thing: Dataset | Run) -> dict[str, int]:
    return {"dataset_id" if isinstance(thing, Dataset) else "run_id": thing.id}


def _thing(session: Session, shared: Share | ShareLink) -> Dataset | Run | None:
    """Return what a share or link is about, None when it was deleted."""
    run = session.get(Run, shared.run_id) if shared.run_id is not None else None
    dataset = session.get(Dataset, run.dataset_id if run is not None else shared.dataset_id)
    if dataset is None or dataset.deleted_at is not None:
        return None
    return run or dataset


def _owner_id(session: Session, thing: Dataset | Run) -> int:
    dataset = thing if isinstance(thing, Dataset) else session.get_one(Dataset, thing.dataset_id)
    return dataset.user_id
