"""One call of the Telegram Bot API 10.1: https://core.telegram.org/bots/api#making-requests"""

import json
from urllib.parse import quote

import httpx

from c2d.channels.contract import ChannelAccess, ChannelError, Fields, Http, parse_json
from c2d.core.http import TooMuch

PUBLIC_ROOT = "https://api.telegram.org"
_UNREACHABLE_PEER = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "user is deactivated",
    "input_user_deactivated",
    "chat_write_forbidden",
    "not enough rights",
    "voice_messages_forbidden",
    "bot was blocked",
    "can't initiate conversation",
)


def call(
    access: ChannelAccess, http: Http, method: str, params: dict, file: tuple | None = None, repeatable: bool = False
) -> Fields:
    """The `result` of a method as {"result": ...}; `file` is (field, name, stream, mime).

    Telegram knows no idempotency key. Where the outcome stays open (the answer was lost after the request left), the
    error is 'unknown' and nobody repeats the call by itself, unless it is `repeatable` without a visible effect.
    """
    try:
        response = http.request("POST", _address(access, method), **_content(params, file))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteError, httpx.WriteTimeout) as error:
        raise ChannelError("retry", "Telegram cannot be reached", code=type(error).__name__) from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise ChannelError("account", "The address of the Bot API is wrong", code=type(error).__name__) from error
    except httpx.HTTPError as error:
        raise ChannelError(
            "retry" if repeatable else "unknown", "Telegram did not answer", code=type(error).__name__
        ) from error
    return _result(response, repeatable)


def download(access: ChannelAccess, http: Http, path: str) -> httpx.Response:
    """The file that getFile named; its address holds the token and must stay inside."""
    if path.startswith("/") or ".." in path.split("/"):
        raise ChannelError("payload", "Telegram named a file outside its storage")
    root = access.base_url.rstrip("/") or PUBLIC_ROOT
    try:
        response = http.request("GET", f"{root}/file/bot{_token(access)}/{quote(path)}")
    except TooMuch as error:
        raise ChannelError("payload", "The file is too large", code=type(error).__name__) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ChannelError("retry", "Telegram did not send the file", code=type(error).__name__) from error
    if response.status_code != 200:
        raise failure(response.status_code, "", Fields())
    return response


def failure(status: int, description: str, parameters: Fields, repeatable: bool = False) -> ChannelError:
    """What an error answer means for us: https://core.telegram.org/api/errors and the Bot API's own texts."""
    code, words = str(status), description.lower()
    if status in (420, 429):
        return ChannelError("rate", description, code=code, retry_after=float(parameters.whole("retry_after") or 5))
    if status in (401, 404):
        return ChannelError("auth", description or "The token is not valid", code=code)
    if status == 403 or any(sign in words for sign in _UNREACHABLE_PEER):
        return ChannelError("recipient", description, code=code)
    if status in (400, 413):
        return ChannelError("payload", description, code=code)
    if status == 504 and not repeatable:
        return ChannelError("unknown", description, code=code)
    if status >= 500 or status == 408:
        return ChannelError("retry", description, code=code)
    return ChannelError("account", description, code=code)


def _result(response: httpx.Response, repeatable: bool) -> Fields:
    answer = parse_json(response.content) or Fields()
    if answer.flag("ok") and response.is_success:
        return answer
    if response.is_success and not answer.whole("error_code"):
        # A proxy spoke in Telegram's place: whether the call went through cannot be seen.
        raise ChannelError(
            "retry" if repeatable else "unknown", "The answer is not Telegram's", code=str(response.status_code)
        )
    status = answer.whole("error_code") or response.status_code
    raise failure(status, answer.text("description", 500), answer.object("parameters"), repeatable)


def _address(access: ChannelAccess, method: str) -> str:
    return f"{access.base_url.rstrip('/') or PUBLIC_ROOT}/bot{_token(access)}/{method}"


def _token(access: ChannelAccess) -> str:
    token = access.credentials.get("token", "")
    if not token:
        raise ChannelError("auth", "The channel has no token")
    return quote(token, safe=":")


def _content(params: dict, file: tuple | None) -> dict:
    given = {key: value for key, value in params.items() if value is not None}
    if file is None:
        return {"json": given}
    field, name, stream, mime = file
    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
    return {"data": flat, "files": {field: (name, stream, mime)}}
