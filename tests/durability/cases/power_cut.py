"""A power cut on ext4: the file system stops, without what it has not written to its device, while clients change the store.

A machine without power answers nothing. Here the host runs on until it is killed, and a sync that the file system stopped in the middle
of may still report success. So no answer counts that comes once the cut begins."""
import time

import deploy
import mounts
from host import Place, Refused
from load import SPACES, Load
from suite import FAIL, PASS, SKIPPED, Row

CUTS = 70
MOMENT = (0.05, 1.0)
SIZE = 512 * mounts.MIB


def rows(suite):
    title = f"{CUTS} power cuts on ext4"
    if not suite.full:
        yield Row(title, SKIPPED, "only with --full")
        return
    place = Place(suite.room("power"), suite.binary)
    place.config.write_text(deploy.configuration(SPACES))
    numbers, load = suite.random("power"), Load(suite.seed)
    try:
        with mounts.mounted(place, "ext4", SIZE) as mount:
            yield cuts(title, place, numbers, load, mount)
    except mounts.NotPermitted as error:
        yield Row(title, SKIPPED, str(error))
    suite.discard(place.folder)


def cuts(title, place, numbers, load, mount):
    for number in range(CUTS):
        try:
            with place.start() as host:
                if wrong := load.check(host):
                    return Row(title, FAIL, f"after {number} cuts: {wrong[0]}")
                load.during(host.fork, lambda: cut(numbers, place, host, load.stop))  # noqa: B023: called at once
        except Refused as refused:
            return Row(title, FAIL, f"after {number} cuts the host does not start: {refused}")
        mounts.unmount(place)
        mount()
    with place.start() as host:
        wrong = load.check(host)
    return Row(title, FAIL if wrong else PASS, wrong[0] if wrong else f"{load.acknowledged} acknowledged")


def cut(numbers, place, host, answers_count_no_more):
    time.sleep(numbers.uniform(*MOMENT))
    answers_count_no_more.set()
    mounts.cut_power(place.data)
    host.kill()
