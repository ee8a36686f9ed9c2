"""The own personal tokens."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.auth.errors import NotAllowedError, NotSignedInError
from app.auth.identity import Person
from app.auth.models import PersonalToken
from app.auth.personal_tokens import make_personal_token, personal_tokens_of, revoke_personal_token
from app.dependencies import ReadSession, WriteSession
from app.errors import NotFoundError, problems
from app.pagination import DEFAULT_LIMIT, Cursor, Identifier, Limit, page
from app.users.schemas import (
    PersonalTokenGiven,
    PersonalTokenPage,
    PersonalTokenRead,
    PersonalTokenRequest,
)

router = APIRouter(prefix="/users/me/tokens", tags=["users"])


@router.get("", responses=problems(NotSignedInError, NotAllowedError))
def get_tokens(
    user: Person, session: ReadSession, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> PersonalTokenPage:
    """List the own personal tokens, newest first."""
    tokens, following = page(session, personal_tokens_of(user), PersonalToken.id, limit, cursor)
    items = [PersonalTokenRead.model_validate(token) for token in tokens]
    return PersonalTokenPage(items=items, next_cursor=following)


@router.post("", status_code=201, responses=problems(NotSignedInError, NotAllowedError))
def post_token(
    body: PersonalTokenRequest, user: Person, session: WriteSession, response: Response
) -> PersonalTokenGiven:
    """Make a personal token; the answer is the only place where it is ever shown."""
    if "admin" in body.scopes and user.role != "admin":
        raise NotAllowedError(f"Your role is {user.role}; a token with the scope admin needs the role admin.")
    kept, token = make_personal_token(session, user, body.name, body.scopes, body.expires_in_days, user)
    response.headers["Cache-Control"] = "no-store"
    return PersonalTokenGiven(**PersonalTokenRead.model_validate(kept).model_dump(), token=token)


@router.delete(
    "/{token_id}", status_code=204, responses=problems(NotSignedInError, NotAllowedError, NotFoundError)
)
def delete_token(token_id: Identifier, user: Person, session: WriteSession) -> None:
    """Take a personal token back; it opens nothing any more."""
    token = session.get(PersonalToken, token_id)
    if token is None or token.user_id != user.id:
        raise NotFoundError("There is no personal token with this number among yours.")
    revoke_personal_token(session, token, user)
