// The conformance suite's customer: does what the path says (guests/rust/test/test-user).
import { getAll } from "wasi:config/store@0.2.0-rc.1";
import { getArguments, getEnvironment } from "wasi:cli/environment@0.2.10";
import { props } from "tollgate:platform/invocation@0.2.0";

const text = (body, status = 200) => new Response(body, { status });
const failed = (error) => text(String(error), 599);

export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/hello":
        return text("hello");
      case "/env":
        return text(environment());
      case "/props":
        return text(JSON.stringify(JSON.parse(props())));
      case "/fetch":
        return target(request).catch(failed);
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

/** Fetches what `x-target-url` says, with the inbound method, headers and body. */
async function target(request) {
  const headers = new Headers(request.headers);
  const url = headers.get("x-target-url");
  const method = headers.get("x-target-method") ?? request.method;
  headers.delete("x-target-url");
  headers.delete("x-target-method");
  const bodiless = method === "GET" || method === "HEAD";
  const body = bodiless ? undefined : request.body ?? (await request.arrayBuffer());
  return fetch(url, { method, headers, body, redirect: "manual", duplex: "half" });
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
