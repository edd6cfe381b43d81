"""Whatever the API's description allows, and what it does not, the API answers as described."""

from types import SimpleNamespace

import schemathesis
from hypothesis import HealthCheck, Phase, settings

from tests.conftest import KINSHIP, NOON, SETTINGS, FixedClock
