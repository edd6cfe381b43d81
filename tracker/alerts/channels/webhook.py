"""Webhooks by Standard Webhooks 1.0: signed, with an id that stays, and only a 2xx counts as taken."""

import base64
import binascii
import hashlib
import hmac
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import aiohttp
import msgspec

from tracker.alerts.channels import Done, IsOurs
from tracker.alerts.links import Links
from tracker.alerts.schemas import Alert, Came, Tried
from tracker.clock import Clock
from tracker.errors import Invalid
from tracker.outbound import Answer, Outbound, wait_of

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15.0
AT_ONCE = 200
"""Far more than one endpoint gets at once, so that it takes many that hang to hold up the others."""
GONE = 410


class WebhookChannel:
    """Posts events to endpoints, each on its own: one that is slow holds up nobody."""

    def __init__(self, outbound: Outbound, *, links: Links, clock: Clock, seconds: float = TIMEOUT_SECONDS) -> None:
        self.at_once, self.batch = AT_ONCE, 1
        self._outbound = outbound
        self._links = links
        self._clock = clock
        self._seconds = seconds

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        for alert in filter(is_ours, alerts):
            started = time.monotonic()
            try:
                tried = await self._try(alert)
            except Exception as error:
                # Whatever an endpoint answers counts as a try: else it would be called again at once, for ever.
                log.exception("what an endpoint answered cannot be read")
                tried = Tried(came=Came.AGAIN, error=type(error).__name__)
            took = timedelta(seconds=time.monotonic() - started)
            done(alert, msgspec.structs.replace(tried, took=took))

    async def _try(self, alert: Alert) -> Tried:
        owed, event, now = alert.owed, alert.event, self._clock()
        if event is None or owed.address is None:
            return Tried(came=Came.REFUSED, error="there is nothing to send, or nowhere to")
        headers = signed(event, message_id=self._links.webhook_id(owed), now=now, secrets=owed.secrets)
        try:
            answer = await self._outbound.post(owed.address, body=event, headers=headers, seconds=self._seconds)
        except TimeoutError:
            return Tried(came=Came.AGAIN, error=f"no answer within {self._seconds:g} seconds")
        except (aiohttp.ClientError, OSError, Invalid) as error:
            return Tried(came=Came.AGAIN, error=f"{type(error).__name__}: {error}")
        return judge(answer, now=now)

    def stop(self) -> None:
        """What was begun is answered, or given up, within its time."""

    async def close(self) -> None:
        await self._outbound.close()


def judge(answer: Answer, *, now: datetime) -> Tried:
    """What an endpoint's answer means. A redirect is a failure: what was signed for one place goes to no other."""
    if 200 <= answer.status < 300:
        return Tried(came=Came.SENT, status=answer.status)
    said = " ".join(answer.body.decode(errors="replace").split())[:300]
    error = f"{answer.status} {said}".strip()
    came = Came.GONE if answer.status == GONE else Came.AGAIN
    return Tried(came=came, error=error, status=answer.status, wait=wait_of(answer.headers, now=now))


def signed(body: bytes, *, message_id: str, now: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """The headers by which a receiver knows that a body is ours, at this moment; one signature for each secret."""
    moment = str(int(now.timestamp()))
    content = f"{message_id}.{moment}.".encode() + body
    digests = (hmac.digest(secret_bytes(secret), content, hashlib.sha256) for secret in secrets)
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests),
    }


@lru_cache(maxsize=16_384)
def secret_bytes(secret: str) -> bytes:
    """The key that whsec_… spells; raises Invalid for what is none."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise Invalid("A webhook’s secret begins with whsec_ and goes on in base64") from error
