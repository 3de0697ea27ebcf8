"""`app` for gunicorn; run as a program it starts all of c2d, or the one process that is named."""

import sys

from c2d import create_app
from c2d.launcher import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

app = create_app()
