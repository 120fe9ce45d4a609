// The conformance suite's outbound: answers requests for `outbound.test` by path, and passes the rest on
// (guests/rust/test/test-outbound).
import { all, get } from "tollgate:platform/parameters@1.0.0";
import { getEnvironment } from "wasi:cli/environment@0.2.10";

const text = (body, status = 200) => new Response(body, { status });

export default {
  async fetch(request, env, ctx) {
    if (env.REPORT_URL) await fetch(env.REPORT_URL).catch(() => {});
    const url = new URL(request.url);
    return url.host === "outbound.test" ? answer(request, url) : pass(request, env);
  },
};

/** Passes a request on, and says for whom. */
function pass(request, env) {
  const headers = new Headers(request.headers);
  headers.set("x-intercepted-for", parameter("customer_name"));
  // Appended, so that a request that came by here twice shows it.
  headers.append("x-hop", "outbound");
  if (env.API_KEY) headers.set("authorization", `Bearer ${env.API_KEY}`);
  const { url, method, body } = request;
  return fetch(url, { method, headers, body, duplex: "half", redirect: "manual" });
}

async function answer(request, { pathname, search }) {
  const [, first, second] = pathname.split("/");
  switch (first) {
    case "parameters":
      return text(`{${all().map(([name, value]) => `${JSON.stringify(name)}:${json(value)}`)}}`);
    case "parameter":
      return text(parameter(second));
    case "see":
      return text(await see(request));
    case "env":
      return text(getEnvironment().map(([name, value]) => `env ${name}=${value}`).sort().join("\n"));
    case "status":
      return text("as asked", Number(second));
    case "redirect":
      return new Response(null, { status: 302, headers: { location: "http://outbound.test/see" } });
    case "trap":
      throw new Error("outbound boom");
    case "no-answer":
      // A stand-in: what never answers, the engine answers for, with status 500.
      throw new Error("no answer");
    case "elsewhere":
      return elsewhere(request);
    case "fetch-many":
      return many(request, Number(search.slice(1)) || 1);
    default:
      return text("counted");
  }
}

/** A parameter as JSON text. `env` has it too; here it is exact, whatever its size. */
function parameter(name) {
  const value = get(name);
  return value ? json(value) : "null";
}

function json({ tag, val }) {
  if (tag === "json") return val;
  return typeof val === "bigint" ? String(val) : JSON.stringify(val);
}

/** Everything that arrived. */
async function see(request) {
  const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`).sort();
  return [request.method, request.url, ...headers, "", await request.text()].join("\n");
}

/** Forwards to the URL in `x-outbound-url`, with another method and another body. */
async function elsewhere(request) {
  const url = request.headers.get("x-outbound-url");
  const { status } = await fetch(url, { method: "PUT", body: "another body" });
  return text("forwarded", status);
}

async function many(request, count) {
  const url = request.headers.get("x-outbound-url");
  const lines = [];
  for (let sent = 0; sent < count; sent += 1) {
    lines.push(await fetch(url).then((response) => response.text()).catch(String));
  }
  return text(lines.join("\n"));
}
