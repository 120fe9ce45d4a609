"""File systems of a case's own, which take privileges: small ones to be filled, ones to be made read-only, ones whose power is cut."""
import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess

MIB = 1 << 20
# FS_IOC_SHUTDOWN of Linux, and its argument for "without flushing the journal".
SHUTDOWN, WITHOUT_FLUSHING = 0x8004587D, 2


class NotPermitted(Exception):
    """This machine, or this user, cannot mount."""


def run(*words):
    try:
        subprocess.run([str(one) for one in words], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError as error:
        raise NotPermitted(f"{words[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise NotPermitted(f"{words[0]}: {error.stdout.strip().partition(chr(10))[0]}") from error


@contextlib.contextmanager
def mounted(place, kind, size=64 * MIB):
    """Puts the data folder of a place on a `tmpfs` or an `ext4` of its own."""
    aside, image = place.folder / "aside", place.folder / "image"
    place.data.rename(aside) if place.data.exists() else aside.mkdir()
    place.data.mkdir()
    if kind == "ext4":
        with image.open("wb") as file:
            file.truncate(size)
        run("mkfs.ext4", "-q", "-F", image)
        source = ("mount", "-o", "loop", image)
    else:
        source = ("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs")
    run(*source, place.data)
    try:
        shutil.copytree(aside, place.data, dirs_exist_ok=True)
        yield lambda: run(*source, place.data)
    finally:
        subprocess.run(["umount", "--lazy", place.data], check=False, stderr=subprocess.DEVNULL)


def unmount(place):
    run("umount", place.data)


def remount(place, how):
    run("mount", "-o", f"remount,{how}", place.data)


def cut_power(data):
    """The file system stops at once: what it has not written to its device is gone."""
    folder = os.open(data, os.O_RDONLY)
    try:
        fcntl.ioctl(folder, SHUTDOWN, WITHOUT_FLUSHING.to_bytes(4, "little"))
    finally:
        os.close(folder)


class Filled:
    """Takes all the room of the file system that a data folder is on."""

    variables = None

    def __init__(self, place):
        self.file = pathlib.Path(place.data) / "filler"

    def begin(self):
        with contextlib.suppress(OSError), self.file.open("ab", buffering=0) as file:
            for size in (MIB, 4096, 512, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass
        return self

    def end(self):
        self.file.unlink()
