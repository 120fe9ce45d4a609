"""The key file, which is kept apart from the data folder: missing, damaged, or another store's. Without it the host must refuse, and
leave the store as it is: with the right key everything is there again."""
from suite import FAIL, Row
from verdict import Verdict, judge


def rows(suite):
    if not suite.bases["stopped"].place.key.exists():
        yield Row("key file", FAIL, "the host made no key file where TOLLGATE_KEY_FILE says")
        return
    damages = {"gone": lambda _: None, "empty": lambda _: b"", "one bit flipped": flipped, "half of it": lambda key: key[: len(key) // 2],
               "another store's": lambda _: suite.bases["crashed"].place.key.read_bytes()}
    for how, damage in damages.items():
        yield suite.row(f"key file: {how}", [try_key(suite, damage)])


def flipped(key):
    return key[:5] + bytes([key[5] ^ 1]) + key[6:]


def try_key(suite, damage):
    base = suite.bases["stopped"]
    with suite.copy("stopped", "key") as place:
        key, wrong = place.key.read_bytes(), damage(place.key.read_bytes())
        place.key.unlink()
        if wrong is not None:
            place.key.write_bytes(wrong)
        first = judge(place, base, [str(place.key)])
        if first.kind != "refused":
            return "with the wrong key", Verdict(f"not refused ({first.kind})", first.detail)
        place.key.write_bytes(key)
        then = judge(place, base)
        return "with the right key again", first if then.kind == "recovered" else then.whole()
