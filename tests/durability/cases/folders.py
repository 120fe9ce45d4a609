"""Whole folders gone or empty, as if a disk was not mounted, and files that an interrupted write leaves.

Where every copy of the records is gone and scripts are left, the host must not start as if it were new."""
import shutil

import files
from verdict import judge


def rows(suite):
    for base in ("crashed", "stopped"):
        data = suite.bases[base].place.data
        found = files.folders(data)
        records = [one for one in found if files.holds_records(one)]
        sets = [[one] for one in found] + ([records] if len(records) > 1 else [])
        for gone in sets:
            for how in ("gone", "empty"):
                yield suite.row(f"{base}: {' and '.join(gone)} {how}", [try_folders(suite, base, gone, how)])
        yield suite.row(f"{base}: an unfinished file is left", [plant(suite, base, *one) for one in planted(data)])


def try_folders(suite, base, gone, how):
    with suite.copy(base, "folders") as place:
        for one in gone:
            shutil.rmtree(place.data / one)
            if how == "empty":
                (place.data / one).mkdir(mode=0o700)
        return how, judge(place, suite.bases[base], gone)


def planted(data):
    """Names and contents: nothing, noise, and a part of a snapshot if there is one."""
    names = ["store/snap.123.generating", *(f"{one}/left-over.tmp" for one in files.folders(data) if files.holds_records(one))]
    texts = [b"", b"noise" * 100]
    for path in files.files(data):
        if files.class_of(path) == "store/snap.#":
            texts.append((data / path).read_bytes()[:200])
    return [(name, text) for name in names for text in texts]


def plant(suite, base, name, text):
    with suite.copy(base, "planted") as place:
        (place.data / name).parent.mkdir(exist_ok=True)
        (place.data / name).write_bytes(text)
        return f"{name} of {len(text)} bytes", judge(place, suite.bases[base], [name])
