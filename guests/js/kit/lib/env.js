// `env`: a worker's variables, secrets and bindings, and an outbound worker's parameters.
import { getAll } from "wasi:config/store@0.2.0-rc.1";
import { all } from "tollgate:platform/bindings@1.0.0";
import { parse } from "./json.js";
import { Service } from "./service.js";

/** Built for each request: with reused instances, what was attached to one dispatch must not be there in the next. */
export function environment({ parameters, namespace }) {
  const texts = new Map(getAll());
  const env = parameters ? parameters() : {};
  for (const [name, kind] of all()) {
    switch (kind) {
      case "json":
        env[name] = parse(texts.get(name));
        break;
      case "service":
      case "mtls-certificate":
        env[name] = new Service(name);
        break;
      case "dispatch-namespace":
        env[name] = namespace?.(name);
        break;
      case "text":
        env[name] = texts.get(name);
        break;
      // A kind that a later version of the platform has is no business of this worker's.
    }
  }
  return env;
}
