"""Driving the emulator from another process.

GET /_control/calls[?method=sendMessage] · DELETE /_control/calls
POST /_control/faults (fields of Fault) · DELETE /_control/faults
POST /_control/deliveries posts again what the webhook did not take · GET /_control/deliveries lists all attempts
POST /_control/settings {latency, down, strangers_refused} · POST /_control/reset
POST /_control/clients/<id>/<verb> {names?: {...}, token?, arguments of the verb of Client}, answers with the update
"""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, jsonify, request

from tests.support.telegram.client import Client
from tests.support.telegram.state import Fault

if TYPE_CHECKING:
    from tests.support.telegram.emulator import Emulator


def control(emulator: "Emulator") -> Blueprint:
    bp, state = Blueprint("control", __name__, url_prefix="/_control"), emulator.state

    @bp.get("/calls")
    def calls() -> Response:
        wanted = request.args.get("method")
        return jsonify([_shown(call) for call in list(state.calls) if wanted in (None, call.method)])

    @bp.delete("/calls")
    def forget_calls() -> Response:
        state.calls.clear()
        return jsonify(ok=True)

    @bp.post("/faults")
    def add_fault() -> Response:
        state.faults.append(Fault(**request.get_json()))
        return jsonify(ok=True)

    @bp.delete("/faults")
    def forget_faults() -> Response:
        state.faults.clear()
        return jsonify(ok=True)

    @bp.post("/settings")
    def settings() -> Response:
        wanted = request.get_json()
        state.latency = float(wanted.get("latency", state.latency))
        state.down = bool(wanted.get("down", state.down))
        state.strangers_refused = bool(wanted.get("strangers_refused", state.strangers_refused))
        return jsonify(latency=state.latency, down=state.down, strangers_refused=state.strangers_refused)

    @bp.post("/deliveries")
    def deliver_pending() -> Response:
        return jsonify(taken=emulator.deliver_pending((request.get_json(silent=True) or {}).get("token", "")))

    @bp.get("/deliveries")
    def deliveries() -> Response:
        return jsonify(list(state.deliveries))

    @bp.post("/reset")
    def reset() -> Response:
        state.reset()
        return jsonify(ok=True)

    @bp.post("/clients/<int:number>/<verb>")
    def client(number: int, verb: str) -> Response:
        arguments = request.get_json(silent=True) or {}
        person = emulator.client(number, arguments.pop("token", ""), **arguments.pop("names", {}))
        if verb.startswith("_") or not callable(getattr(Client, verb, None)):
            abort(404)
        if "content" in arguments:
            arguments["content"] = arguments["content"].encode()
        return jsonify(getattr(person, verb)(**arguments))

    return bp


def _shown(call) -> dict:
    files = {name: {"name": kept[0], "mime": kept[1], "size": len(kept[2])} for name, kept in call.files.items()}
    return {
        "method": call.method,
        "token": call.token,
        "params": call.params,
        "files": files,
        "at": call.at,
        "status": call.status,
    }
