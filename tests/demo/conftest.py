from types import SimpleNamespace

import pytest

from c2d.channels import access
from c2d.demo.links import token_for
from tests.support import factories


@pytest.fixture
def line(romashka):
    """A demo channel of «Ромашка», and the page of its client."""
    access.forget()
    channel_id = factories.channel(transport="demo", name="Демо")
    yield SimpleNamespace(channel_id=channel_id, page=f"/demo/client/{token_for(romashka, channel_id)}")
    access.forget()
