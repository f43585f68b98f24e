"""How much is found of values that went through chains of encodings, made by others' encoders.

    python3 benches/recall/chains.py [CHAINS [SEED]]      default: 300 chains of each length, seed 1

The encoders are those of Python's library and of the tools at hand (xxd, zstd), and renderings as clients print them;
they share nothing with counterfoil's decoders or with its own generator. Each chain is written into a log of invented
lines, alone or in the midst of a line; for each of 16 values one folder is audited. Prints, for each length, how many were
found, how many were told as gaps, how many were missed, and which encodings the missed ones have most. COUNTERFOIL
names the binary, SHOW=1 prints each chain that was missed.
"""

import base64
import bz2
import collections
import csv
import gzip
import html
import io
import json
import lzma
import os
import pickle
import plistlib
import quopri
import random
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import zipfile
import zlib
from pathlib import Path
from xml.sax.saxutils import quoteattr

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COUNTERFOIL", str(ROOT / "target/release/counterfoil"))
VALUES = 16


def word(rand, count=None):
    return "".join(rand.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(count or rand.randint(3, 9)))


def value(rand):
    """An invented base URL: an address, a tailnet's or a company's name, IPv6, with and without a password."""
    port = rand.choice([8000, 8443, 11434, rand.randint(1024, 65535)])
    address = f"100.{rand.randint(64, 127)}.{rand.randint(0, 255)}.{rand.randint(1, 254)}"
    return rand.choice([
        f"http://{address}:{port}/v1",
        f"http://{word(rand, 5)}{rand.randint(1, 99)}.tail{rand.getrandbits(24):06x}.ts.net:{port}/v1",
        f"https://{word(rand, 4)}-{word(rand, 5)}.{word(rand, 7)}.example-corp.net/api/v1",
        f"http://[fd7a:115c:a1e0::{rand.getrandbits(16):x}:{rand.getrandbits(16):x}]:{port}/v1",
        f"http://{word(rand, 5)}:{word(rand, 6)}{rand.randint(100, 999)}Q@{address}:{port}/v1",
        f"http://10.{rand.randint(1, 254)}.{rand.randint(1, 254)}.{rand.randint(1, 254)}:{port}/openai/v1/",
        f"https://{word(rand, 6)}.{word(rand, 6)}.lan:{port}/v1",
    ])


def rendering(rand, url):
    """What a client or a configuration says of the value."""
    parts = urllib.parse.urlsplit(url)
    host, port = parts.hostname, parts.port or 443
    literal = f"[{host}]" if ":" in host else host
    return rand.choice([
        url,
        f"the base is {url} here",
        f"*   Trying {literal}:{port}...\n* Connected to {host} port {port}\n> Host: {literal}:{port}\n",
        f"curl: (7) Failed to connect to {host} port {port} after 2 ms: Couldn't connect to server\n",
        f"HTTPConnectionPool(host='{host}', port={port}): Max retries exceeded with url: /v1/chat\n",
        f"connect_tcp.started host='{host}' port={port} local_address=None timeout=5\n",
        f"Error: connect ECONNREFUSED {host}:{port} {{\n  address: '{host}',\n  port: {port}\n}}\n",
        f'Post "{url}/chat": dial tcp {literal}:{port}: connect: connection refused\n',
        f"+ BASE={shlex.quote(url)}\n+++ curl -fsS {url}/models\n",
        json.dumps([{"Config": {"Env": ["PATH=/usr/bin", "OPENAI_BASE_URL=" + url]}}], indent=4),
        f"[llm]\nbase_url = '{url}'\n",
        f"llm:\n  base_url: >-\n    {url}\n",
        f"See [the server]({url}) and <{url}>.",
        f'ESTAB 0 0 192.0.2.3:53412 {literal}:{port} users:(("curl",pid=3,fd=5))\n',
    ])


def tool(*command):
    return lambda rand, data: subprocess.run(command, input=data, capture_output=True, check=True).stdout


def text(change):
    """An encoder of texts: what is no UTF-8 can't go through it."""
    return lambda rand, data: change(rand, data.decode()).encode()


def pieces(rand, whole, least, most):
    at = 0
    while at < len(whole):
        size = rand.randint(least, most)
        yield whole[at : at + size]
        at += size


def lines_of(whole, width):
    return [line[at : at + width] for line in whole.split("\n") for at in range(0, max(1, len(line)), width)]


def wrapped(prefix, *widths):
    def change(rand, whole):
        width = rand.choice(widths)
        return "".join(prefix(at, rand) + line + "\n" for at, line in enumerate(lines_of(whole, width)))

    return text(change)


def box(rand, whole):
    width = rand.choice([18, 30, 60])
    rows = "".join(f"│ {line:<{width}} │\n" for line in lines_of(whole.replace("\n", " "), width))
    return f"╭{'─' * (width + 2)}╮\n{rows}╰{'─' * (width + 2)}╯\n"


def streamed(record):
    return text(lambda rand, whole: "".join(record(piece) for piece in pieces(rand, whole, 1, 6)))


def zipped(rand, data):
    out = io.BytesIO()
    method = rand.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a/readme.txt", "hi")
        archive.writestr("journal/1.json", data)
    return out.getvalue()


def tarred(rand, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("x/y.txt")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def database(rand, data):
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        connection = sqlite3.connect(file.name)
        connection.execute("create table t(a, b)")
        for number in range(20):
            connection.execute("insert into t values(?, ?)", (number, word(rand, 30)))
        connection.execute("insert into t values(?, ?)", (1, data))
        connection.commit()
        connection.close()
        return Path(file.name).read_bytes()


def jwt(rand, whole):
    part = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    claims = json.dumps({"sub": "1", "iss": whole}).encode()
    return ".".join([part(b'{"alg":"HS256","typ":"JWT"}'), part(claims), part(rand.randbytes(32))])


def cell(rand, whole):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([1, whole, 'a"b'])
    return out.getvalue()


def per_character(form, share=1.0):
    return text(lambda rand, whole: "".join(form(c) if rand.random() < share else c for c in whole))


def per_byte(form):
    return lambda rand, data: "".join(form(byte) for byte in data).encode()


def quoted_pieces(join, quote, *sizes):
    def change(rand, whole):
        size = rand.choice(sizes)
        return join.join(quote(whole[at : at + size]) for at in range(0, len(whole), size))

    return text(change)


def event(record):
    return f"data: {json.dumps(record)}\n\n"


def stamp(at, rand):
    return f"2026-11-22T10:{at // 60 % 60:02}:{at % 60:02}.{rand.randint(0, 999):03}Z [info] worker-3: "


ENCODERS = {
    "base64": lambda rand, data: base64.b64encode(b"x" * rand.randint(0, 9) + data),
    "base64-url": lambda rand, data: base64.urlsafe_b64encode(data).rstrip(b"="),
    "base64-folded": lambda rand, data: base64.encodebytes(b"Some text before it: " * rand.randint(0, 3) + data),
    "base64-yaml": lambda rand, data: b"x: !!binary |\n    " + base64.encodebytes(data).replace(b"\n", b"\n    "),
    "base64-utf16": text(lambda rand, whole: base64.b64encode(whole.encode("utf-16-le")).decode()),
    "base32": lambda rand, data: base64.b32encode(data),
    "data-uri": lambda rand, data: b'<img src="data:text/plain;base64,' + base64.b64encode(data) + b'">',
    "jwt": text(jwt),
    "percent": lambda rand, data: urllib.parse.quote(data, safe="").encode(),
    "percent-all": per_byte(lambda byte: f"%{byte:02x}"),
    "query": lambda rand, data: f"GET /login?next={urllib.parse.quote_plus(data)}&x=1".encode(),
    "json": text(lambda rand, whole: json.dumps({"m": whole, "n": rand.randint(0, 9)})),
    "json-slash": text(lambda rand, whole: json.dumps({"m": whole}).replace("/", "\\/")),
    "json-indented": text(lambda rand, whole: json.dumps({"a": [{"m": whole}]}, indent=2)),
    "json-lines": text(
        lambda rand, whole: "".join(json.dumps({"ts": 7, "line": line}) + "\n" for line in whole.splitlines())
    ),
    "json-unicode": per_character(lambda c: f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c),
    "json-array": text(lambda rand, whole: json.dumps(list(pieces(rand, whole, 4, 9)))),
    "stream": streamed(lambda piece: event({"choices": [{"index": 0, "delta": {"content": piece}}]})),
    "stream-event": streamed(lambda piece: "event: d\n" + event({"delta": {"type": "text_delta", "text": piece}})),
    "stream-lines": streamed(lambda piece: json.dumps({"model": "m", "response": piece, "done": False}) + "\n"),
    "recording": streamed(lambda piece: json.dumps([1.5, "o", piece]) + "\n"),
    "repr-bytes": lambda rand, data: repr(data).encode(),
    "repr": text(lambda rand, whole: repr(whole)),
    "hex-escape": per_byte(lambda byte: f"\\x{byte:02x}"),
    "octal-escape": per_byte(lambda byte: f"\\{byte:03o}"),
    "brace-escape": per_character(lambda c: f"\\u{{{ord(c):x}}}"),
    "entity": per_character(lambda c: f"&#{ord(c)};"),
    "entity-signs": per_character(lambda c: c if c.isalnum() else f"&#x{ord(c):X};"),
    "html": text(lambda rand, whole: html.escape(whole).replace("/", "&#x2F;").replace(".", "&period;")),
    "regex": text(lambda rand, whole: re.escape(whole)),
    "shell": text(lambda rand, whole: shlex.quote(whole)),
    "ansi": per_character(lambda c: f"\x1b[36m{c}\x1b[0m", 0.3),
    "wrapped": wrapped(lambda at, rand: "", 20, 33, 40, 76),
    "boxed": text(box),
    "logged": wrapped(stamp, 20, 40, 80),
    "journal": wrapped(lambda at, rand: f"Nov 22 10:00:{at % 60:02} host runner[812]: ", 20, 48),
    "diff": wrapped(lambda at, rand: "+", 30, 60),
    "quoted": wrapped(lambda at, rand: "> ", 30, 60),
    "comment": wrapped(lambda at, rand: "# ", 30, 60),
    "continued": quoted_pieces("\\\n", lambda piece: piece.replace("\n", " "), 20, 40),
    "concatenated": quoted_pieces(" + ", json.dumps, 9, 14, 30),
    "implicit": quoted_pieces("\n     ", repr, 9, 20, 40),
    "quoted-printable": lambda rand, data: quopri.encodestring(b"A fox jumps = over; " * rand.randint(0, 2) + data),
    "gzip": lambda rand, data: gzip.compress(data),
    "zlib": lambda rand, data: zlib.compress(data),
    "bzip2": lambda rand, data: bz2.compress(data),
    "xz": lambda rand, data: lzma.compress(data),
    "zip": zipped,
    "tar": tarred,
    "sqlite": database,
    "utf-16": lambda rand, data: data.decode().encode("utf-16"),
    "hex": lambda rand, data: data.hex().encode(),
    "hex-upper": lambda rand, data: data.hex().upper().encode(),
    "pickle": text(lambda rand, whole: pickle.dumps({"u": whole}, protocol=0).decode("latin-1")),
    "csv": text(cell),
    "xml": text(lambda rand, whole: f"<a u={quoteattr(whole)}/>"),
    "plist": lambda rand, data: plistlib.dumps({"u": data, "z": 1}),
}
# What ends in bytes is a file by itself.
BYTES = {"gzip", "zlib", "bzip2", "xz", "zip", "tar", "sqlite", "utf-16", "zstd"}
TOOLS = {"zstd": ("zstd", "-qc"), "xxd": ("xxd",), "xxd-plain": ("xxd", "-p"), "hexdump": ("hexdump", "-C")}
for name, command in TOOLS.items():
    if shutil.which(command[0]):
        ENCODERS[name] = tool(*command)
    else:
        print(f"{command[0]} is not here: `{name}` is left out", file=sys.stderr)


def encoded(rand, url, length):
    """The names of a chain, and what it makes of the value; some chains can't be."""
    while True:
        chain = [rand.choice(sorted(ENCODERS)) for _ in range(length)]
        data = rendering(rand, url).encode()
        try:
            for name in chain:
                data = ENCODERS[name](rand, data)
        except UnicodeDecodeError:
            continue
        if len(data) < 400_000:
            return chain, data


def surrounded(rand, data):
    def log():
        said = [" ".join(word(rand) for _ in range(6)) for _ in range(rand.randint(1, 40))]
        return "".join(f"2026-11-22T10:00:{rand.randint(0, 59):02} INFO {words}\n" for words in said).encode()

    return rand.choice([
        data,
        log() + data + b"\n" + log(),
        log() + data,
        log() + f"ERROR {word(rand)}=".encode() + data + b" " + word(rand).encode() + b"\n" + log(),
    ])


def audit(folder, url):
    command = [BINARY, "audit", str(folder), "--format", "json", "--only", "git"]
    environment = dict(os.environ, CTO_HARNESS_CASE_LOCAL_BASE_URL=url)
    run = subprocess.run(command, env=environment, capture_output=True)
    outcome = json.loads(run.stdout)
    assert outcome["value_known"], "the value was not taken"
    return ({item["location"]["path"] for item in outcome["findings"] if item["rule"].startswith("endpoint/")},
            {gap["path"] for gap in outcome["gaps"]})


def main():
    chains = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print("| encodings | tried | found | gap | missed |\n| ---: | ---: | ---: | ---: | ---: |")
    for length in (1, 2, 3):
        rand = random.Random(seed * 10 + length)
        tally, missed, tried = collections.Counter(), collections.Counter(), collections.Counter()
        for number in range(VALUES):
            url, count = value(rand), len(range(number, chains, VALUES))
            with tempfile.TemporaryDirectory() as folder:
                # In a work tree every file is searched, whatever its name.
                subprocess.run(["git", "init", "-q", folder], check=True)
                made = {}
                for at in range(count):
                    chain, data = encoded(rand, url, length)
                    made[f"{at:04}.bin"] = chain
                    Path(folder, f"{at:04}.bin").write_bytes(data if chain[-1] in BYTES else surrounded(rand, data))
                found, gaps = audit(folder, url)
                for file, chain in made.items():
                    state = "found" if file in found else "gap" if file in gaps else "missed"
                    tally[state] += 1
                    tried.update(set(chain))
                    if state == "missed":
                        missed.update(set(chain))
                        if os.environ.get("SHOW"):
                            print(url, " > ".join(chain), file=sys.stderr)
        print(f"| {length} | {chains} | {tally['found']} | {tally['gap']} | {tally['missed']} |", flush=True)
        worst = sorted(missed, key=lambda name: missed[name] / tried[name], reverse=True)[:6]
        print("  most missed:", ", ".join(f"{name} {missed[name]} of {tried[name]}" for name in worst), file=sys.stderr)


if __name__ == "__main__":
    main()
