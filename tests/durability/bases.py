"""The stores that cases damage: made once by a host, and copied for each case.

`crashed`: 20 namespaces, 60 customers' workers, 5 own workers, 21 secrets; the host was killed and not started since.
`stopped`: the same, stopped and started again twice.
`old`: what `fixtures/` has: a data folder written by 0935371, which kept its records in sled alone.
`multi`: 10 namespaces and 200 workers whose records have 58 KiB, each deployed twice: several segments of any log."""
import pathlib
import random
import shutil
import threading

import deploy
import fixture
from host import Place
from state import observe

NAMESPACES = [f"space-{number:02}" for number in range(20)]
MULTI_NAMESPACES = NAMESPACES[:10]
RECORDS = 85
SCRIPTS = 12
LARGE_BYTES = 57_000


class Base:
    """A store that is not running, and the table of what it holds. Each `every`th worker is asked, and one of each script; `starts` is
    how often a copy that has recovered is opened."""

    starts = 1

    def __init__(self, place, table, every):
        self.place, self.table, self.every = place, table, every

    def copy(self, folder):
        """A copy to be damaged."""
        copy = Place(folder, self.place.binary)
        shutil.copytree(self.place.folder, copy.folder, dirs_exist_ok=True, symlinks=True)
        return copy


def fill(host):
    """The 85 records. The secrets are named by `secrets`."""
    for space in NAMESPACES:
        deploy.namespace(host, space)
    for number in range(60):
        space, name = NAMESPACES[number // 3], f"worker-{number}"
        deploy.worker(host, space, name, number % SCRIPTS, {"v1": f"variable-{number}"})
        if number % 3 == 0:
            deploy.secret(host, space, name, "s1", secret(number))
    for number in range(60, 65):
        deploy.worker(host, "", f"own-{number}", number % SCRIPTS, {"v1": f"variable-{number}"})
    deploy.secret(host, "", "own-60", "s1", secret(60))


def secret(number):
    return f"a-secret-of-the-durability-tests-{number:03}"


def secrets():
    return [secret(number) for number in range(0, 61, 3)]


def fill_multi(host):
    """Each worker's second version has another script, variable and secret than its first."""
    numbers = random.Random(23)
    for space in MULTI_NAMESPACES:
        deploy.namespace(host, space)
    for version in (1, 2):
        for number in range(200):
            text = numbers.randbytes(LARGE_BYTES // 2).hex()
            deploy.worker(host, MULTI_NAMESPACES[number // 20], f"worker-{number}", (number + version) % SCRIPTS,
                          {"large": text, "v1": f"variable-{number}-{version}"}, {"s1": f"secret-{number}-{version}"})


class Bases:
    """Makes each base at its first use."""

    def __init__(self, folder, binary, starts):
        self.folder, self.binary, self.starts = pathlib.Path(folder), binary, starts
        self.made, self.lock = {}, threading.Lock()

    def __getitem__(self, name):
        with self.lock:
            if name not in self.made:
                self.made[name] = getattr(self, name)(Place(self.folder / name, self.binary))
                self.made[name].starts = self.starts
            return self.made[name]

    def crashed(self, place):
        table, host = self.filled(place, NAMESPACES, fill)
        check(table)
        host.kill()
        return Base(place, table, 1)

    def stopped(self, place):
        table, host = self.filled(place, NAMESPACES, fill)
        host.stop()
        for _ in range(2):
            place.start().stop()
        return Base(place, table, 1)

    def multi(self, place):
        table, host = self.filled(place, MULTI_NAMESPACES, fill_multi, every=10)
        host.stop()
        return Base(place, table, 10)

    def old(self, place):
        return Base(place, fixture.unpack(place)["table"], 1)

    @staticmethod
    def filled(place, namespaces, fill_with, every=1):
        place.config.write_text(deploy.configuration(namespaces))
        host = place.start()
        fill_with(host)
        return observe(host, every), host


def check(table):
    """The table has what was written: a test of the tests."""
    records = [row for row in table if row.startswith(("namespace ", "worker "))]
    assert len(records) == RECORDS, f"expected {RECORDS} records, found {len(records)}"
    told = {row: said["headers"] for row, said in table.items() if row.startswith("answer ")}
    assert all(one.get("v1", "").startswith("variable-") and "x-id" in one for one in told.values()), told
    assert sorted(one["s1"] for one in told.values() if "s1" in one) == secrets(), told
