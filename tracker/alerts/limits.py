"""How often mails may be asked for, codes tried, and endpoints be bothered."""

from datetime import timedelta

from litestar import Request
from litestar.datastructures import State

from tracker.web.limits import Limit, network_of

MAILS_BY_ADDRESS = Limit("mails-to-address", most=6, per=timedelta(hours=12))
"""Mails that anybody can have sent to an address: enough for a typing error, too few to be a nuisance."""
MAILS_BY_NETWORK = Limit("mails-by-network", most=30, per=timedelta(hours=1))
"""The same for where it is asked from: a whole office may sit behind one address."""
CODES_BY_NETWORK = Limit("alert-codes-by-network", most=30, per=timedelta(hours=1))
TESTS = Limit("webhook-tests", most=20, per=timedelta(hours=1))
REPLAYS = Limit("webhook-replays", most=6, per=timedelta(hours=1))
"""Replays of one endpoint: each may call it for everything that was ever published."""
WEBHOOKS_ADDED = Limit("webhooks-added", most=10, per=timedelta(hours=1))


def asks_by(request: Request[object, object, State], address: str) -> tuple[tuple[Limit, str], ...]:
    """Whose allowances one mail to an address uses."""
    return (MAILS_BY_ADDRESS, address), (MAILS_BY_NETWORK, network_of(request))
