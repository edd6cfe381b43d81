"""Every route says who may use it, and an application with one that does not is refused."""

import pytest
from litestar import Litestar, get

from tracker.web.policies import PUBLIC, Policy, require_policies

SIGNED_IN = Policy("signed in", signed_in=True)
EDITORS = Policy("editors", signed_in=True, roles=frozenset({"editor"}))


def test_an_application_with_a_route_without_policy_is_refused() -> None:
    @get("/open", opt={"policy": PUBLIC}, sync_to_thread=False)
    def declared() -> None: ...

    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> None: ...

    require_policies(Litestar([declared], openapi_config=None))
    with pytest.raises(RuntimeError, match="forgotten"):
        require_policies(Litestar([declared, forgotten], openapi_config=None))


@pytest.mark.parametrize(
    ("policy", "roles", "allowed"),
    [
        pytest.param(PUBLIC, None, True, id="a stranger, where anybody may"),
        pytest.param(SIGNED_IN, None, False, id="a stranger, where one must be signed in"),
        pytest.param(SIGNED_IN, (), True, id="somebody without a role, where one must be signed in"),
        pytest.param(EDITORS, None, False, id="a stranger, where a role is needed"),
        pytest.param(EDITORS, ("admin",), False, id="another role than the one that is needed"),
        pytest.param(EDITORS, ("admin", "editor"), True, id="the role that is needed, among others"),
    ],
)
def test_a_policy_lets_in(policy: Policy, roles: tuple[str, ...] | None, allowed: bool) -> None:
    assert policy.allows(roles) is allowed
