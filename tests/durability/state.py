"""Everything that a host says of its store, as one table, and how two such tables differ.

A table has a row for each namespace, worker, list of bindings, script, certificate, and for what each worker answers: its id (so its
code), its variables and its secrets. The table of a store is taken before it is damaged, and compared with one taken afterwards."""
import hashlib

import deploy


def observe(host, every=1):
    """The table of a running host. Each `every`th worker is asked over the front door, and one of each script."""
    table, workers, scripts = {}, [], {}
    for one in listed(host, table, "dispatch/namespaces"):
        space = one["namespace_name"]
        table[f"namespace {space}"] = one
        workers += [(space, row) for row in listed(host, table, deploy.path(space).rstrip("/"))]
    workers += [("", row) for row in listed(host, table, "scripts")]
    for row in listed(host, table, "/client/v4/accounts/test/mtls_certificates"):
        table[f"certificate {row['id']}"] = row
    for number, (space, row) in enumerate(workers):
        name = row["id"]
        table[f"worker {space}/{name}"] = row
        table[f"bindings {space}/{name}"] = listed(host, table, deploy.path(space, name) + "/bindings")
        if number % every == 0 or row["etag"] not in scripts:
            table[f"answer {space}/{name}"] = dict(zip(("status", "headers"), host.ask(deploy.address(space, name))))
        scripts.setdefault(row["etag"], (space, name))
    for digest, (space, name) in scripts.items():
        status, read = host.api("GET", deploy.path(space, name) + "/content")
        table[f"script {digest}"] = hashlib.sha256(read).hexdigest() if status == 200 else {"status": status, "said": str(read)}
    return table


def listed(host, table, path):
    """The rows of a list, from all its pages. If there is no such list, the table says so."""
    rows, page = [], 1
    while True:
        status, answer = host.api("GET", path if page == 1 else f"{path}?page={page}")
        if status != 200:
            table[f"list {path}"] = {"status": status, "said": str(answer)}
            return rows
        rows, page = rows + answer["result"], page + 1
        if not answer["result"] or len(rows) >= ((answer.get("result_info") or {}).get("total_count") or 0):
            return rows


def differences(expected, found):
    """A line for each row that is lost, changed or new. A row may have more keys than expected: the API grows."""
    lines = [f"{row}: {difference(text, found.get(row))}" for row, text in expected.items() if not covers(text, found.get(row))]
    return lines + [f"{row}: appeared" for row in found if row not in expected]


def covers(expected, found):
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(key in found and covers(text, found[key]) for key, text in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(covers, expected, found))
    return expected == found


def difference(expected, found):
    if found is None:
        return "lost"
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return f"expected {brief(expected)}, found {brief(found)}"
    keys = [key for key, text in expected.items() if key not in found or not covers(text, found[key])]
    return ", ".join(f"{key}: expected {brief(expected[key])}, found {brief(found.get(key))}" for key in keys)


def brief(value):
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"
