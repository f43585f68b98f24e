"""Runs real programs with an invented endpoint and keeps what they write, one file a rendering.

Called by recall.sh, inside a network namespace without a way out. `captures/<value>/<form>/<program>`.
"""

import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).parent
# The captures are a run's backend logs: that is where such text is found.
RUN = pathlib.Path("20260601T022535Z-r1-recall-1", "backend")
out, name, address, port = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
skipped = []
BUILTINS = {"exec", "set", "declare", "printf", "echo", "type", "env"}


class Stub(http.server.BaseHTTPRequestHandler):
    """Answers like a model server, on 127.0.0.1."""

    def do_GET(self):
        self.answer(b'{"object":"list","data":[]}')

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(b'{"id":"x","object":"chat.completion","choices":[]}')

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def keep(value, form, program, data):
    path = out / value / RUN / form / program
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def shell(value, form, program, command, environment):
    """Keeps what a command prints, both streams. `$URL`, `$HOST`, `$PORT`, `$CLOSED` are at hand."""
    first = command.split()[0]
    if first.isidentifier() and first not in BUILTINS and shutil.which(first) is None:
        skipped.append(f"{form}/{program}")
        return
    done = subprocess.run(["bash", "-c", command], capture_output=True, env=environment, timeout=60, cwd="/")
    data = done.stdout + done.stderr
    # What does not tell the endpoint at all can't be missed: a name that resolves is often not printed.
    telling = form not in ("plain", "split-fields", "sqlite") or any(
        told in data for told in (environment["HOST"].encode(), environment["HOST"].encode("utf-16-le"),
                                  environment["URL"].encode().hex().encode())
    )
    if len(data) < 4 or not telling:
        skipped.append(f"{value}/{form}/{program} (does not tell it)")
        return
    keep(value, form, program, data)


def commands(path):
    """`form program: command` a line; a line that begins with white space goes on with the one before."""
    found = []
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            found[-1][2] += "\n" + line.strip()
        else:
            head, command = line.split(": ", 1)
            form, program = head.split()
            found.append([form, program, command])
    return found


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Stub)
threading.Thread(target=server.serve_forever, daemon=True).start()
for value, host in (("name", name), ("address", address)):
    url = f"http://{host}:{port}/v1"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "URL": url,
        "HOST": host,
        "PORT": str(port),
        "PY": sys.executable,
        "CLIENTS": str(HERE),
        "TERM": "xterm-256color",
    }
    for form, program, command in commands(HERE / "commands.txt"):
        shell(value, form, program, command, environment)
    # Python's own clients write their files themselves.
    subprocess.run([sys.executable, str(HERE / "clients.py"), str(out / value / RUN)], env=environment, timeout=300, check=True)
server.shutdown()
(out / "skipped.txt").write_text("\n".join(dict.fromkeys(skipped)))
