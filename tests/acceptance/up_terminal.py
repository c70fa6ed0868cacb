"""tests/acceptance/up_terminal.py - the engine at a terminal: types what a person would, and prints `ok` or `not ok` lines as lib.sh does.

up_terminal.py PROGRAM ENVIRONMENT FOLDER: in a world in real time whose active cannot be reached by its context.
"""

import os
import pty
import re
import select
import signal
import sys
import time

PROGRAM, ENVIRONMENT, FOLDER = sys.argv[1:4]
LIMIT_S = 120


def check(name, holds, said=""):
    if holds:
        print(f"ok - {name}")
    else:
        print(said[-2000:])
        print(f"not ok - {name}: see above")


class Terminal:
    """A child at a terminal of its own; what it has said so far is in `said`."""

    def __init__(self, *arguments, colour=True):
        self.said = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(FOLDER)
            os.environ["TERM"] = "xterm"
            os.environ.pop("NO_COLOR", None)
            if not colour:
                os.environ["NO_COLOR"] = "1"
            os.execv(PROGRAM, [PROGRAM, *arguments])

    def read(self):
        """False when the child has hung up."""
        ready, _, _ = select.select([self.fd], [], [], 0.2)
        if not ready:
            return True
        try:
            piece = os.read(self.fd, 65536)
        except OSError:
            piece = b""
        self.said += piece.decode(errors="replace")
        return piece != b""

    def until(self, pattern):
        """True when it has said that."""
        end = time.monotonic() + LIMIT_S
        while not re.search(pattern, self.said):
            if time.monotonic() > end or not self.read():
                return re.search(pattern, self.said) is not None
        return True

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        """Its exit code."""
        end = time.monotonic() + LIMIT_S
        while self.read() and time.monotonic() < end:
            pass
        if time.monotonic() >= end:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def try_no():
    terminal = Terminal("failover", "-e", ENVIRONMENT, "--unplanned")
    check("it asks at a terminal", terminal.until("Promote though the active cannot be fenced now"), terminal.said)
    check("and says which flag would have said yes", "--force-unfenced" in terminal.said, terminal.said)
    check("and waits", terminal.until(r"yes or no\? $"), terminal.said)
    terminal.type("perhaps\n")
    check("anything else asks again", terminal.until(r"perhaps\s+yes or no\? $"), terminal.said)
    terminal.type("no\n")
    check("a no refuses", terminal.end() == 1, terminal.said)
    check("with colour", "\033[31m" in terminal.said, terminal.said)


def try_stop():
    terminal = Terminal("failover", "-e", ENVIRONMENT, "--unplanned", colour=False)
    terminal.until(r"yes or no\? $")
    terminal.type("\x03")
    check("Ctrl-C at a question stops", terminal.end() == 7, terminal.said)
    check("NO_COLOR: no colour", "\033[3" not in terminal.said, terminal.said)
    check("but a line that is rewritten", "\r\033[K" in terminal.said, terminal.said)


def try_answers():
    terminal = Terminal("resume", "-e", ENVIRONMENT)
    check("a resumed run finds its journal, and asks again", terminal.until(r"yes or no\? $"), terminal.said)
    terminal.type("yes\n")
    check("it goes on", terminal.until("promote +done"), terminal.said)
    check("progress ticks", terminal.until(r"waiting 00:0\d of \d\d:\d\d for \w+"), terminal.said)
    terminal.type("\x03")
    check("Ctrl-C stops it", terminal.end() == 7, terminal.said)


def try_resume():
    terminal = Terminal("resume", "-e", ENVIRONMENT, "--quiet")
    code = terminal.end()
    check("resumed once more, nobody is asked again", code == 0 and "yes or no?" not in terminal.said, terminal.said)
    check("quiet: no steps", "reconnect" not in terminal.said.split("RTO")[0], terminal.said)
    check("what can be typed next", "understudy rejoin -e" in terminal.said, terminal.said)


try_no()
try_stop()
try_answers()
try_resume()
