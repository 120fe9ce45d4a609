"""Failing reads and writes of a host, by the library of `fault.c`, which is compiled at its first use."""
import atexit
import errno
import functools
import pathlib
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).with_name("fault.c")


class NoCompiler(Exception):
    """There is no C compiler."""


@functools.cache
def library():
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        raise NoCompiler("no C compiler is installed, which builds fault.c")
    folder = tempfile.mkdtemp(prefix="tollgate-fault-")
    atexit.register(shutil.rmtree, folder)
    built = pathlib.Path(folder) / "fault.so"
    subprocess.run([compiler, "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", built, SOURCE, "-ldl"], check=True)
    return built


class NotLoaded(Exception):
    """The host ran without the library, so nothing failed: a case must not pass for that."""


class Fault:
    """A fault of one host's calls, which lasts until `end`."""

    def __init__(self, place, calls, paths, number=errno.EIO, nth=0, sticky=False):
        self.control, self.record = place.folder / "fault", place.folder / "faults"
        self.record.unlink(missing_ok=True)
        self.variables = {
            "LD_PRELOAD": str(library()), "FAULT_CALLS": calls, "FAULT_PATHS": ":".join(map(str, paths)), "FAULT_NTH": str(nth),
            "FAULT_ERRNO": str(number), "FAULT_WHILE": str(self.control), "FAULT_LOG": str(self.record),
            **({"FAULT_STICKY": "1"} if sticky else {}),
        }

    def begin(self):
        self.control.touch()
        return self

    def end(self):
        self.control.unlink(missing_ok=True)
        self.happened()

    def happened(self):
        """The calls that failed, a line each."""
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        if not lines or not lines[0].startswith("loaded"):
            raise NotLoaded(f"the host did not load {self.variables['LD_PRELOAD']}")
        return [line for line in lines if not line.startswith("loaded")]
