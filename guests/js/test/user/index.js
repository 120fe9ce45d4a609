// The conformance suite's customer: does what the path says (guests/rust/test/test-user).
import { getAll } from "wasi:config/store@0.2.0-rc.1";
import { getArguments, getEnvironment } from "wasi:cli/environment@0.2.10";
import { ticket } from "tollgate:platform/bindings@1.0.0";
import { failure } from "tollgate:platform/passing@1.0.0";
import { props } from "tollgate:platform/invocation@1.0.0";

const text = (body, status = 200) => new Response(body, { status });
/** Of an error of the platform's, its words. */
const failed = (error) => text(error.payload?.val ?? String(error), 599);

export default {
  async fetch(request, env, ctx) {
    const { hostname, pathname, searchParams } = new URL(request.url);
    // Whatever the path: it is the origin's.
    if (hostname === "origin.test") return fetch(request).catch(failed);
    switch (pathname) {
      case "/hello":
        return text("hello");
      case "/env":
        return text(environment());
      case "/props":
        return text(JSON.stringify(JSON.parse(props())));
      case "/fetch":
        return target(request, env).catch(failed);
      case "/forward":
        return fetch(request).catch(failed);
      case "/fetch-many":
        return many(request, Number(searchParams.get("n")), searchParams.get("parallel") === "1");
      case "/trap":
        throw new Error("boom");
      case "/no-answer":
        // A stand-in: what never answers, the engine answers for, with status 500.
        throw new Error("no answer");
      default:
        return text("no such path", 404);
    }
  },
};

function environment() {
  const lines = [
    ...getEnvironment().map(([name, value]) => `env ${name}=${value}`),
    ...getAll().map(([name, value]) => `config ${name}=${value}`),
    ...getArguments().map((argument) => `arg ${argument}`),
    `props ${props()}`,
  ];
  return lines.sort().join("\n");
}

/** Fetches what `x-target-url` says, with the inbound method, headers and body: with `x-service` through that binding, with
 * `x-ticket` by a ticket of its own for it. */
async function target(request, env) {
  const headers = new Headers(request.headers);
  const url = headers.get("x-target-url");
  const method = headers.get("x-target-method") ?? request.method;
  const [service, byTicket] = [headers.get("x-service"), headers.has("x-ticket")];
  for (const name of ["x-target-url", "x-target-method", "x-service", "x-ticket"]) headers.delete(name);
  const bodiless = method === "GET" || method === "HEAD";
  const body = bodiless ? undefined : request.body ?? (await request.arrayBuffer());
  const init = { method, headers, body, redirect: "manual", duplex: "half" };
  if (service === null) return fetch(url, init);
  if (!byTicket && service in env) return env[service].fetch(url, init);
  // What `env` does not have, the platform is asked for, in whose words it is refused.
  const own = ticket(service);
  headers.set("tollgate-ticket", own);
  return fetch(url, init).catch((error) => {
    const { tag, val } = failure(own) ?? {};
    throw tag ? new TypeError(`${tag} ${JSON.stringify(val)}`) : error;
  });
}

async function many(request, count, parallel) {
  const url = request.headers.get("x-target-url");
  const one = async () => {
    const response = await fetch(url);
    return parallel ? response.status : response.text();
  };
  const lines = [];
  if (parallel) {
    lines.push(...(await Promise.all(Array.from({ length: count }, () => one().catch(String)))));
  } else {
    for (let sent = 0; sent < count; sent += 1) lines.push(await one().catch(String));
  }
  return text(lines.join("\n"));
}
