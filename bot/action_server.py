"""The action server process: rasa-sdk's own server, on loopback, for those who know our secret."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from rasa_sdk import utils
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import response

from bot.actions.turn import services
from bot.memory import give_back, spare
from settings import Settings


def run(settings: Settings) -> None:
    """Serve the custom actions to the Rasa server until SIGTERM or SIGINT."""
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)
    # 3.21 serves 3.6.21 well (docs/decisions/0001); the warning would come with every call.
    utils.check_version_compatibility = lambda _version: None
    services()  # opened now, so that the first member does not wait for it
    give_back()
    executor = ActionExecutor()
    executor.register_package("bot.actions")
    spare()
    app = create_app(executor, cors_origins=[])

    @app.on_request
    async def only_rasa(request: Any) -> Any:
        given = request.headers.get("X-Zhibu-Secret", "")
        if request.path == "/health" or hmac.compare_digest(given, settings.secret):
            return None
        return response.json({"error": "forbidden"}, status=403)

    app.run(
        host="127.0.0.1",
        port=settings.actions_port,
        single_process=True,
        motd=False,
        access_log=False,
    )
