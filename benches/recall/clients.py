"""What Python's own HTTP clients, loggers and printers write. One function a capture."""

import asyncio
import contextlib
import io
import ipaddress
import json
import logging
import os
import pathlib
import pickle
import pprint
import socket
import sys
import traceback

out = pathlib.Path(sys.argv[1])
URL, HOST, PORT = os.environ["URL"], os.environ["HOST"], int(os.environ["PORT"])
CLOSED = URL.replace(f":{PORT}", ":9")
captures = []


def capture(form):
    def add(function):
        captures.append((form, function))
        return function

    return add


def errors(call):
    """Prints the traceback of what fails, as a program without a handler would."""
    try:
        print(call())
    except Exception:
        traceback.print_exc()


@capture("split-fields")
def requests_refused():
    import requests

    errors(lambda: requests.post(CLOSED + "/chat/completions", json={}, timeout=3))
    print(HOST)


@capture("split-fields")
def requests_debug():
    import http.client

    import requests

    http.client.HTTPConnection.debuglevel = 1
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    errors(lambda: requests.get(URL + "/models", timeout=3))
    http.client.HTTPConnection.debuglevel = 0


@capture("split-fields")
def requests_repr():
    import requests

    try:
        requests.get(URL + "/models", timeout=3)
    except requests.RequestException as error:
        print(repr(error), error.request.url)
    print(vars(requests.Request("GET", URL).prepare()))


@capture("plain")
def httpx_log():
    import httpx

    errors(lambda: httpx.get(URL + "/models", timeout=3).request)
    print(repr(httpx.URL(URL)), httpx.Client(base_url=URL).base_url)


@capture("plain")
def openai_debug():
    import openai

    client = openai.OpenAI(base_url=URL, api_key="x", max_retries=0, timeout=3)
    errors(lambda: client.models.list())
    print(client.base_url)


@capture("split-fields")
def aiohttp_error():
    import aiohttp

    async def get():
        async with aiohttp.ClientSession() as session, session.get(CLOSED) as answer:
            print(await answer.text())

    errors(lambda: asyncio.run(get()))
    print(HOST)


@capture("split-fields")
def urllib_error():
    import urllib.request

    errors(lambda: urllib.request.urlopen(URL, timeout=3))
    print(urllib.request.Request(URL).__dict__)


@capture("split-fields")
def socket_tuple():
    print((HOST, PORT))
    errors(lambda: socket.create_connection((HOST, PORT), timeout=3))
    print({"peer": [HOST, PORT]})


@capture("split-fields")
def asyncio_debug():
    async def open_it():
        await asyncio.open_connection(HOST, PORT)

    logging.getLogger("asyncio").setLevel(logging.DEBUG)
    errors(lambda: asyncio.run(open_it(), debug=True))
    print(HOST, "port", PORT)


@capture("wrapped")
def rich_panel():
    from rich.console import Console
    from rich.panel import Panel

    Console(width=26, file=sys.stdout).print(Panel(f"request to {URL}/chat/completions failed"))


@capture("wrapped")
def rich_table():
    from rich.console import Console
    from rich.table import Table

    table = Table("field", "value")
    table.add_row("base", URL)
    Console(width=30, file=sys.stdout).print(table)


@capture("ansi")
def rich_colours():
    from rich.console import Console

    Console(width=100, file=sys.stdout, force_terminal=True).print(f"POST {URL}/models", {"base_url": URL})


@capture("ansi")
def rich_log_wrapped():
    from rich.console import Console

    Console(width=34, file=sys.stdout, force_terminal=True).log(f"connecting to {URL}/chat/completions")


@capture("wrapped")
def rich_traceback():
    from rich.console import Console

    try:
        raise ConnectionError(f"no answer from {URL}/chat/completions")
    except ConnectionError:
        Console(width=40, file=sys.stdout).print_exception(show_locals=True)


@capture("wrapped")
def pprint_narrow():
    pprint.pprint({"options": {"note": "see " + URL + " for more of it", "argv": ["case", URL]}}, width=20)


@capture("python-repr")
def pickled():
    sys.stdout.buffer.write(pickle.dumps({"base_url": URL, "list": [HOST]}))


@capture("python-repr")
def pickled_repr():
    print(pickle.dumps({"base_url": URL}))


@capture("python-repr")
def logged_extra():
    logging.error("failed: %r", {"argv": ["case", "--base-url", URL.encode()]})
    print([URL])


@capture("json-escape")
def json_log():
    line = json.dumps({"msg": json.dumps({"url": URL}).replace("/", "\\/")})
    print(json.dumps({"log": line + "\n", "stream": "stderr"}))


@capture("ip-form")
def address_forms():
    try:
        address = ipaddress.ip_address(HOST)
    except ValueError:
        print(HOST)
        return
    print(f"http://{int(address)}/ {address.reverse_pointer}")


@capture("ip-form")
def address_hex():
    try:
        print("0x" + socket.inet_aton(HOST).hex())
    except OSError:
        print(HOST)


@capture("ip-form")
def address_mapped():
    print(f"[::ffff:{HOST}]:{PORT}")


for form, function in captures:
    shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    handler = logging.StreamHandler(shown)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().handlers = [handler]
    logging.getLogger().setLevel(logging.DEBUG)
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        function()
    path = out / form / ("python-" + function.__name__)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(shown.buffer.getvalue())
