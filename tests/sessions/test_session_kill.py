"""The long score at a small scale, on real processes."""

import pytest

from tests.score import session_kill


@pytest.mark.own_database
def test_ended_sessions_close_their_sockets_at_once_and_without_redis_soon():
    held, figures = session_kill.run(0.4)
    assert held, figures
