// What the platform gives a worker in JavaScript, a path each: `env`, `ctx`, and what Cloudflare's runtime has of the web's
// standards. `x-target-url` is a URL to fetch.
import { typed } from "./typed.ts";

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => new TextEncoder().encode(text);
const target = (request) => request.headers.get("x-target-url");
const soon = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Each gives a text, or a response. */
const PATHS = {
  // env
  var: (_request, env) => env.VAR,
  json: (_request, env) => env.JSON.list.join(),
  secret: (_request, env) => env.SECRET,
  "json-integer": (_request, env) => String(env.JSON.integer),
  service: (request, env) => env.SERVICE.fetch(target(request)),
  "service-post": (request, env) => env.SERVICE.fetch(target(request), request),
  absent: (_request, env) => `${env.NOBODY} ${"NOBODY" in env}`,
  // ctx
  props: (_request, _env, ctx) => `${ctx.props.plan}`,
  signal: (request) => `${request.signal.aborted} ${request.signal === request.signal}`,
  "signal-passed": (request) => fetch(target(request), { signal: request.signal }),
  "wait-until": (request, _env, ctx) => {
    ctx.waitUntil(soon(50).then(() => fetch(target(request))));
    return "answered";
  },
  // Requests and responses
  fetch: (request) => fetch(target(request)),
  forward: (request) => fetch(target(request), request),
  "another-request": (request) => {
    const headers = new Headers(request.headers);
    headers.set("x-another", "1");
    return fetch(new Request(target(request), new Request(request, { headers })));
  },
  "another-body": (request) => {
    const { headers } = request;
    return fetch(target(request), { method: "PUT", headers, body: "a body of another length" });
  },
  "another-response": async (request) => {
    const response = await fetch(target(request));
    return new Response(`${await response.text()}, and more`, response);
  },
  "no-network": () => fetch("http://nowhere.invalid/").catch((error) => error.name),
  abort: (request) => fetch(target(request), { signal: AbortSignal.timeout(50) }).catch((error) => error.name),
  "aborted-upload": (request) => {
    const upload = new Request(target(request), { method: "POST", body: "text", signal: AbortSignal.abort("left") });
    return fetch(upload).then(() => "sent", String);
  },
  "bad-header": (request) => fetch(target(request), { headers: { "bad name": "x" } }).catch((error) => error.name),
  relative: () => fetch("/hello").catch((error) => error.name),
  "redirect-followed": (request) => fetch(target(request)),
  "redirect-manual": async (request) => `${(await fetch(target(request), { redirect: "manual" })).status}`,
  "redirect-error": (request) => fetch(target(request), { redirect: "error" }).catch((error) => error.name),
  "null-body": async (request) => new Response(null, await fetch(target(request))),
  "no-text": () => {
    throw Object.create(null);
  },
  form: async () => {
    const form = await new Request("http://form/", { method: "POST", body: new URLSearchParams({ a: "1" }) }).formData();
    return form.get("a");
  },
  // Streams
  stream: async (request) => {
    const response = await fetch(target(request));
    const upper = new TransformStream({
      transform: (chunk, to) => to.enqueue(bytes(new TextDecoder().decode(chunk).toUpperCase())),
    });
    return new Response(response.body.pipeThrough(upper), response);
  },
  "text-stream": async (request) => {
    const text = (await fetch(target(request))).body.pipeThrough(new TextDecoderStream());
    let whole = "";
    for await (const piece of text) whole += piece;
    return whole;
  },
  written: (_request, _env, ctx) => {
    const { readable, writable } = new TransformStream();
    ctx.waitUntil(lines(writable.getWriter()));
    return new Response(readable);
  },
  broken: () => {
    const pull = async (to) => {
      to.enqueue(bytes("begun"));
      await soon(20);
      throw new Error("broken on the way");
    };
    return new Response(new ReadableStream({ pull }));
  },
  "aborted-writer": (_request, _env, ctx) => {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    ctx.waitUntil(writer.write(bytes("begun")).then(() => writer.abort(new Error("stopped"))));
    return new Response(readable);
  },
  "text-pieces": () => new Response(new ReadableStream({ start: (to) => (to.enqueue("a text"), to.close()) })),
  "from-list": () => new Response(ReadableStream.from([bytes("one "), bytes("two")])),
  gzip: async () => {
    const packed = new Response("x".repeat(1000)).body.pipeThrough(new CompressionStream("gzip"));
    return new Response(packed.pipeThrough(new DecompressionStream("gzip")));
  },
  // The rest
  digest: async () => hex(await crypto.subtle.digest("SHA-256", bytes("x"))),
  hmac: async () => {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("raw", bytes("key"), algorithm, false, ["sign", "verify"]);
    const signature = await crypto.subtle.sign("HMAC", key, bytes("x"));
    return `${hex(signature)} ${await crypto.subtle.verify("HMAC", key, signature, bytes("x"))}`;
  },
  uuid: () => crypto.randomUUID(),
  url: () => {
    const url = new URL("../b?x=1#f", "https://example.com:8443/a/c");
    url.searchParams.append("y", "ü");
    return url.href;
  },
  console: () => {
    console.log("said", { to: "the log" });
    return "logged";
  },
  "can-parse": () => `${URL.canParse("http://a/")} ${URL.canParse("/a")}`,
  typed: () => typed(),
  loop: () => {
    for (;;);
  },
};

async function lines(writer) {
  for (const line of ["one", "two", "three"]) {
    await writer.write(bytes(`${line}\n`));
    await soon(20);
  }
  await writer.close();
}

export default {
  async fetch(request, env, ctx) {
    const found = PATHS[new URL(request.url).pathname.slice(1)];
    if (!found) return new Response("no such path", { status: 404 });
    const given = await found(request, env, ctx);
    return given instanceof Response ? given : new Response(given);
  },
};
