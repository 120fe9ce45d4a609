"""The files of a data folder: found, never known by name, and sorted into classes that take the same damage."""
import re

# Folders whose files are all of one kind.
UNIFORM = ("scripts", "compiled")
# Files of these folders or names are no copy of the records.
BESIDE = (*UNIFORM, "token")


def files(data):
    """Every file, as a path from the data folder."""
    return sorted(str(one.relative_to(data)) for one in data.rglob("*") if one.is_file() and not one.is_symlink())


def folders(data):
    return sorted(one.name for one in data.iterdir() if one.is_dir())


def class_of(path):
    """`store/db`, `store/snap.#`, `journal/#.log`, `scripts`: numbers do not tell classes apart."""
    top, _, below = path.partition("/")
    name = below.rpartition("/")[2]
    return top if not below or top in UNIFORM else f"{top}/" + re.sub(r"[0-9A-Fa-f]*\d[0-9A-Fa-f]*", "#", name)


def classes(data, empty=False):
    """The files of each class. An empty file is left out, unless it is asked for."""
    found = {}
    for path in files(data):
        if empty or (data / path).stat().st_size:
            found.setdefault(class_of(path), []).append(path)
    return found


def holds_records(path):
    return path.partition("/")[0] not in BESIDE
