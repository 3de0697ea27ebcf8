"""`app` for gunicorn; run as a program it starts all of c2d, or the one process that is named."""

import sys

from c2d.launcher import application, main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

app = application()
