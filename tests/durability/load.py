"""Clients that change a store while the host may end at any moment, and know what must be there afterwards.

Each client owns a namespace and sends one change at a time. What it keeps is every state that its namespace may be in: one, or two
while a change is not acknowledged. A state maps each worker to its script's number, its variable and its secret."""
import http.client
import random
import threading

import deploy
from host import Hung

CLIENTS = 4
WORKERS = 6
SPACES = [f"load-{number}" for number in range(CLIENTS)]


class Client:
    """One client. `states` has what may be there; `None` is a namespace that is not."""

    def __init__(self, number, seed):
        self.space, self.random = SPACES[number], random.Random(f"{seed} client {number}")
        self.states, self.versions, self.acknowledged = [None], {}, 0

    def run(self, host, stop):
        """Sends changes until the host is gone, or `stop` is set. An answer that comes later counts for nothing."""
        while not stop.is_set():
            state = self.states[0]
            change, after = self.change(state)
            self.states = [state, after]
            try:
                said = change(host)
            except deploy.Failed as failed:
                if failed.status >= 500:
                    return
                self.states = [state]
            except (OSError, http.client.HTTPException, Hung):
                return
            else:
                if stop.is_set():
                    return
                self.states, self.acknowledged = [after], self.acknowledged + 1
                if "version" in (said or {}):
                    self.versions[said["id"]] = said["version"]

    def change(self, state):
        """A change at random, and the state after it."""
        if state is None:
            return (lambda host: deploy.namespace(host, self.space)), {}
        name, dice = f"worker-{self.random.randrange(WORKERS)}", self.random.random()
        there = state.get(name)
        if dice < 0.02:
            return (lambda host: deploy.delete(host, f"dispatch/namespaces/{self.space}?force=true")), None
        if there and dice < 0.10:
            return (lambda host: deploy.delete(host, deploy.path(self.space, name))), without(state, name)
        if there and dice < 0.30:
            text = f"secret-{self.random.getrandbits(64):x}"
            return (lambda host: deploy.secret(host, self.space, name, "s1", text)), {**state, name: (*there[:2], text)}
        if there and there[2] and dice < 0.40:
            path = deploy.path(self.space, name) + "/secrets/s1"
            return (lambda host: deploy.delete(host, path)), {**state, name: (*there[:2], None)}
        return self.deploy(state, name)

    def deploy(self, state, name):
        """Half of the scripts are shared by many workers, the others are new. A secret stays, or a new one comes with the code."""
        number = self.random.choice([self.random.randrange(12), self.random.randrange(1000, 10**9)])
        text, there = f"variable-{self.random.getrandbits(64):x}", state.get(name)
        kept = self.random.random() < 0.5
        secret = (there[2] if there else None) if kept else f"secret-{self.random.getrandbits(64):x}"
        more = {"keep_bindings": ["secret_text"]} if kept else {}

        def change(host):
            return deploy.worker(host, self.space, name, number, {"v1": text}, {} if kept else {"s1": secret}, **more)

        return change, {**state, name: (number, text, secret)}

    def check(self, host):
        """What is wrong with the namespace in a host that was started again, or nothing."""
        status, said = host.api("GET", f"dispatch/namespaces/{self.space}")
        found = None if status == 404 else self.found(host)
        if found not in self.states:
            return f"{self.space}: expected one of {self.states}, found {found} ({status})"
        self.states = [found]
        return None

    def found(self, host):
        """The state that the host shows: lists, scripts' digests and what each worker answers have to agree."""
        state = {}
        for row in host.api("GET", deploy.path(self.space).rstrip("/"))[1]["result"]:
            name = row["id"]
            status, head = host.ask(deploy.address(self.space, name))
            number = int(head.get("x-id", -1))
            agree = status == 200 and deploy.digest(number) == row["etag"] and row["version"] >= self.versions.get(name, 0)
            state[name] = (number, head.get("v1"), head.get("s1")) if agree else (status, head, row)
            secrets = [one["name"] for one in host.api("GET", deploy.path(self.space, name) + "/secrets")[1]["result"]]
            if secrets != [one for one in head if one == "s1"]:
                state[name] = (secrets, head)
        return state


def without(state, name):
    return {other: said for other, said in state.items() if other != name}


class Load:
    """All clients."""

    def __init__(self, seed):
        self.clients, self.stop = [Client(number, seed) for number in range(CLIENTS)], threading.Event()

    def during(self, host_of, end):
        """Runs the clients, each on connections of its own, until `end` has ended the host."""
        self.stop.clear()
        threads = [threading.Thread(target=one.run, args=(host_of(), self.stop)) for one in self.clients]
        for thread in threads:
            thread.start()
        try:
            end()
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()

    def check(self, host):
        """What is wrong, a line a namespace."""
        return [wrong for wrong in (one.check(host) for one in self.clients) if wrong]

    @property
    def acknowledged(self):
        return sum(one.acknowledged for one in self.clients)
