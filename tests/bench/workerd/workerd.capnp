# The customer's worker twice: alone, and with the outbound worker as its `globalOutbound`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "direct", worker = (
      modules = [(name = "user", esModule = embed "user.js")],
      compatibilityDate = "2025-11-01",
      globalOutbound = "network",
    )),
    (name = "through", worker = (
      modules = [(name = "user", esModule = embed "user.js")],
      compatibilityDate = "2025-11-01",
      globalOutbound = "outbound",
    )),
    (name = "outbound", worker = (
      modules = [(name = "outbound", esModule = embed "outbound.js")],
      compatibilityDate = "2025-11-01",
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["local", "private"])),
  ],
  sockets = [
    (name = "direct", address = "127.0.0.1:0", http = (), service = "direct"),
    (name = "through", address = "127.0.0.1:0", http = (), service = "through"),
  ],
);
