"""A host under test: the `tollgate` binary as a black box, started on a data folder, asked over HTTP, stopped or killed."""
import copy
import http.client
import json
import os
import pathlib
import select
import signal
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# How long a start, a stop or an answer may take before the host counts as hung.
PATIENCE_SECONDS = 60
ACCOUNT = "/client/v4/accounts/test/workers"


class Refused(Exception):
    """The host ended by itself instead of starting."""

    def __init__(self, code, stderr):
        super().__init__(f"exit {code}: {stderr.strip()}")
        self.code, self.stderr = code, stderr


class Hung(Exception):
    """The host neither started nor ended, or did not answer."""


class Place:
    """A folder with everything of one host: its data folder, the key file beside it, its configuration and what it printed."""

    def __init__(self, folder, binary):
        self.folder, self.binary = pathlib.Path(folder), str(binary)
        self.data, self.key = self.folder / "data", self.folder / "key"
        self.config, self.stderr = self.folder / "tollgate.toml", self.folder / "stderr"
        # The control token, which a host shows once: what is in the data folder may be damaged, or a hash.
        self.token = self.folder / "token"
        self.folder.mkdir(parents=True, exist_ok=True)

    def environment(self, more=None):
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("TOLLGATE_", "LD_PRELOAD"))}
        return {**clean, "TOLLGATE_KEY_FILE": str(self.key), "NO_COLOR": "1", **(more or {})}

    def command(self, *words, more=None):
        """Runs another verb of the binary to its end: its exit code, and what it printed on both streams."""
        done = subprocess.run([self.binary, *map(str, words)], env=self.environment(more), cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
                              timeout=PATIENCE_SECONDS)
        return done.returncode, done.stdout

    def start(self, more=None, spawned=lambda _: None):
        return Host(self, more, spawned)

    def beside(self, name):
        """The same data folder and key for a second process, with a folder of its own for what it prints."""
        other = Place(self.folder / name, self.binary)
        other.data, other.key, other.config, other.token = self.data, self.key, self.config, self.token
        return other


class Host:
    """A running host. `more` are variables of its environment; `spawned` is given the process before it serves."""

    def __init__(self, place, more=None, spawned=lambda _: None):
        self.place = place
        command = [place.binary, "serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", str(place.data)]
        command += ["--config", str(place.config)] if place.config.exists() else []
        with place.stderr.open("wb") as stderr:
            self.process = subprocess.Popen(command, env=place.environment(more), cwd=place.folder, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=stderr)
        self.connections = {}
        spawned(self.process)
        try:
            announced = self.announced()
        except BaseException:
            self.kill()
            raise
        self.control, self.listen = announced["control"], announced["listen"]
        if "token" in announced:
            place.token.write_text(announced["token"])
        self.token = place.token.read_text()

    def announced(self):
        """What the host prints once it serves: its addresses, and its token if it is new."""
        found, text, end = {}, b"", time.monotonic() + PATIENCE_SECONDS
        while "listen" not in found:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Hung(f"the host did not start in {PATIENCE_SECONDS} s")
            read = os.read(self.process.stdout.fileno(), 4096)
            if not read:
                raise Refused(self.process.wait(PATIENCE_SECONDS), self.log())
            text += read
            for line in text.decode(errors="replace").splitlines(keepends=True):
                word, *rest = line.split()[:2] or [""]
                if line.endswith("\n") and word in ("token", "control", "listen") and rest:
                    found[word] = rest[0].removeprefix("http://")
        return found

    def log(self):
        return self.place.stderr.read_text(errors="replace")

    def request(self, address, method, path, body=None, headers=None):
        """Status, headers and body of one exchange on a kept connection; one that an earlier answer closed is opened anew."""
        for attempt in (1, 2):
            fresh = address not in self.connections
            if fresh:
                self.connections[address] = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
            try:
                connection = self.connections[address]
                connection.request(method, path, body, headers or {})
                answer = connection.getresponse()
                return answer.status, dict(answer.getheaders()), answer.read()
            except (http.client.HTTPException, OSError) as error:
                self.connections.pop(address).close()
                if isinstance(error, TimeoutError):
                    raise Hung(f"{method} {path}: no answer in {PATIENCE_SECONDS} s") from error
                if fresh or attempt == 2 or method != "GET":
                    raise

    def api(self, method, path, body=None, headers=None):
        """A control request below the account's `workers`: status, and the answer read as JSON, or its bytes."""
        if isinstance(body, (dict, list)):
            body, headers = json.dumps(body), {"content-type": "application/json", **(headers or {})}
        path = path if path.startswith("/") else f"{ACCOUNT}/{path}"
        status, head, read = self.request(self.control, method, path, body, {"authorization": f"Bearer {self.token}", **(headers or {})})
        is_json = "json" in {name.lower(): text for name, text in head.items()}.get("content-type", "")
        return status, json.loads(read) if is_json else read

    def ask(self, name):
        """What a worker answers under a host name: the status, and its headers in lower case."""
        status, head, _ = self.request(self.listen, "GET", "/", headers={"host": name})
        return status, {one.lower(): text for one, text in head.items() if one.lower() not in ("date", "content-length")}

    def stop(self):
        """Asks the host to end, and waits until it has."""
        self.end(signal.SIGTERM)

    def kill(self):
        self.end(signal.SIGKILL)

    def end(self, how):
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Hung(f"the host did not stop in {PATIENCE_SECONDS} s") from None
        finally:
            self.process.stdout.close()

    def fork(self):
        """The same host with connections of its own, for another thread."""
        other = copy.copy(self)
        other.connections = {}
        return other

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


def quoted(name):
    return urllib.parse.quote(name, safe="")
