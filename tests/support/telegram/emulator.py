"""The process: a threaded HTTP server on loopback, Flask behind it."""

import json
import socket
import threading
import time

import httpx
from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.telegram.client import Client
from tests.support.telegram.control import control
from tests.support.telegram.methods import METHODS
from tests.support.telegram.rules import Refusal
from tests.support.telegram.state import Call, Fault, State

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
_STRUCTURED = ("reply_markup", "reply_parameters", "allowed_updates", "reaction", "entities", "link_preview_options")


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """The calls are recorded; lines on the screen would only hide the tests'."""


class Emulator:
    def __init__(self, port: int = 0, token: str = TOKEN):
        self.state, self.token = State(), token
        self._server = make_server("127.0.0.1", port, self._app(), threaded=True, request_handler=_Silent)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Emulator":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self, number: int = 707003957, token: str = "", **names: str) -> Client:
        return Client(self, number, token or self.token, **names)

    def calls_of(self, method: str) -> list[Call]:
        with self.state.lock:
            return [call for call in self.state.calls if call.method == method]

    def fails(self, **fault: object) -> None:
        """The next calls fail as told by the fields of `Fault`."""
        self.state.faults.append(Fault(**fault))

    def deliver(self, token: str, kind: str, body: dict) -> dict:
        """Wraps `body` as an update and posts it to the webhook, or keeps it for getUpdates."""
        update = {"update_id": self.state.next_update(), kind: json.loads(json.dumps(body))}
        bot = self.state.bot(token)
        if bot.hook.allowed_updates and kind not in bot.hook.allowed_updates:
            return update
        if not bot.hook.url or not self.redeliver(update, token):
            bot.pending.append(update)
        return update

    def redeliver(self, update: dict, token: str = "") -> bool:
        """Posts an update once more, as Telegram does until the answer is 2xx."""
        hook = self.state.bot(token or self.token).hook
        headers = {"Content-Type": "application/json"}
        if hook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
        try:
            status = httpx.post(hook.url, content=json.dumps(update).encode(), headers=headers, timeout=10).status_code
        except httpx.HTTPError as error:
            status, hook.last_error = 0, f"Connection failed: {type(error).__name__}"
        if not 200 <= status < 300:
            hook.last_error = hook.last_error if status == 0 else f"Wrong response from the webhook: {status}"
            hook.last_error_date = self.state.now()
        self.state.deliveries.append({"update_id": update["update_id"], "status": status})
        return 200 <= status < 300

    def deliver_pending(self, token: str = "") -> int:
        """Posts what the webhook did not take, in order, as Telegram does after a while; the number taken."""
        pending, taken = self.state.bot(token or self.token).pending, 0
        while pending and self.redeliver(pending[0], token):
            pending.pop(0)
            taken += 1
        return taken

    def _app(self) -> Flask:
        app = Flask("telegram-emulator")
        app.register_blueprint(control(self))
        app.add_url_rule("/bot<token>/<method>", view_func=self._call, methods=["GET", "POST"])
        app.add_url_rule("/file/bot<token>/<path:path>", view_func=self._download)
        return app

    def _call(self, token: str, method: str) -> Response:
        params, files = _read()
        call = Call(method, token, params, files, time.time())
        self.state.calls.append(call)
        time.sleep(self.state.latency)
        fault = self.state.take_fault(method)
        if fault:
            time.sleep(fault.delay)
        if self.state.down:
            call.status = 502
            return Response("<html><title>502 Bad Gateway</title></html>", 502, mimetype="text/html")
        if fault and fault.drop == "before":
            return _hang_up()
        answer, call.status = self._answer(call, fault if fault and fault.status and not fault.drop else None)
        if fault and fault.drop == "after":
            return _hang_up()
        response = jsonify(answer)
        response.status_code = call.status
        return response

    def _answer(self, call: Call, fault: Fault | None) -> tuple[dict, int]:
        try:
            if fault:
                wait = {"retry_after": fault.retry_after} if fault.retry_after else {}
                raise Refusal(fault.description, fault.status, **wait)
            if not call.token.partition(":")[0].isdecimal() or ":" not in call.token:
                raise Refusal("Not Found", 404)
            if call.token in self.state.revoked:
                raise Refusal("Unauthorized", 401)
            if call.method not in METHODS:
                raise Refusal("Not Found: method not found", 404)
            with self.state.lock:
                result = METHODS[call.method](self.state, self.state.bot(call.token), call.params, call.files)
            return {"ok": True, "result": result}, 200
        except Refusal as refusal:
            answer = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            return answer | ({"parameters": refusal.parameters} if refusal.parameters else {}), refusal.status

    def _download(self, token: str, path: str) -> Response:
        found = next((content for kept, content in self.state.files.values() if kept == path), None)
        if found is None or token in self.state.revoked:
            return Response('{"ok":false,"error_code":404,"description":"Not Found"}', 404, mimetype="application/json")
        return Response(found, mimetype="application/octet-stream")


def _read() -> tuple[dict, dict]:
    """The parameters as the Bot API accepts them: JSON, form, multipart or query."""
    files = {name: (part.filename, part.mimetype, part.read()) for name, part in request.files.items()}
    if request.is_json:
        return request.get_json() or {}, files
    params = {**request.args.to_dict(), **request.form.to_dict()}
    for name in _STRUCTURED:
        if name in params:
            try:
                params[name] = json.loads(params[name])
            except ValueError:
                pass
    return params, files


def _hang_up() -> Response:
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=502)
