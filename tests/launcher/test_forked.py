"""A process that begins as a copy: how it ends, and what it must not take along."""

import os
import signal
import subprocess
import sys

import pytest

from c2d.config import ROOT
from c2d.launcher.forked import CAN_FORK

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="only Linux lets processes begin as copies")

PROGRAM = """
import signal, sys, time
from c2d.launcher.forked import Forked

def work():
{work}

signal.signal(signal.SIGTERM, lambda *_: print("the original's handler ran"))
signal.signal(signal.SIGCHLD, lambda *_: None)
child = Forked("test", work, lambda: None)
child.spawn()
{then}
print("code", child.stop(5) if {stop} else child.process.wait(10))
"""


def outcome(work: str, then: str = "", stop: bool = False) -> str:
    program = PROGRAM.format(work=f"    {work}", then=then, stop=stop)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(("work", "said"), [
    ("return None", "code 0"), ("return 3", "code 3"), ("sys.exit(4)", "code 4"), ("sys.exit()", "code 0"),
    ("sys.exit('a sentence')", "a sentence"), ("1 / 0", "ZeroDivisionError"), ("1 / 0", "code 1"),
])
def test_it_ends_like_a_program(work, said):
    assert said in outcome(work)


@pytest.mark.parametrize("then", ["", "time.sleep(0.3)"])
def test_a_stop_reaches_it_at_any_age_and_never_the_handlers_of_the_original(then):
    said = outcome("time.sleep(30)", then, stop=True)
    assert f"code {-signal.SIGTERM}" in said
    assert "handler ran" not in said


def test_nothing_is_connected_and_no_thread_runs_before_processes_part():
    program = """
import threading, psutil
from c2d.launcher import application
app = application()
print(threading.active_count(), psutil.Process().num_threads(), psutil.Process().net_connections("all"))
"""
    env = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0",
           "SECRET_KEY": "0123456789abcdef0123"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "1 1 []", done.stderr
