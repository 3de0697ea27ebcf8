"""python -m tests.support.telegram [port]"""

import sys
import threading

from tests.support.telegram import Emulator

with Emulator(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8081) as telegram:
    print(telegram.url, flush=True)
    threading.Event().wait()
