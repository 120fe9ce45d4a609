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
  code: (request) => fetch(target(request), { headers: request.headers }).catch((error) => error.code),
  "no-network": () => fetch("http://nowhere.invalid/").catch((error) => error.name),
  abort: (request) => fetch(target(request), { signal: AbortSignal.timeout(50) }).catch((error) => error.name),
  // Given up before it has left.
  "aborted-service": async (request, env) => {
    const stop = new AbortController();
    const headers = { "x-target-url": new URL("/by-service", target(request)) };
    const sent = env.SERVICE.fetch("http://outbound.test/fetch", { headers, signal: stop.signal });
    stop.abort();
    const name = await sent.catch((error) => error.name);
    return `${name} ${await (await fetch(target(request))).text()}`;
  },
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
  "mutable-headers": async (request) => {
    const response = await fetch(target(request));
    const own = new Response(response.body, response);
    own.headers.set("x-own", "1");
    return own;
  },
  unchanged: async (request) => new Response((await fetch(target(request))).body.pipeThrough(new TransformStream())),
  "of-two": async (request) => {
    const [first] = await Promise.all([fetch(new URL("/hello", target(request))), fetch(target(request))]);
    return first;
  },
  // How it arrived is of the request's own URL alone.
  arrived: (request) =>
    [request.url, new Request(request).url, request.clone().url, new Request(`${request.url}`).url, new URL(request.url).href, new Request("http://a/b/../{c}").url].join("\n"),
  // The URL that was looked at is the one that is sent.
  checked: (request) => fetch(new URL(request.url), request),
  // As libraries do that trace requests.
  "wrapped-fetch": async (_request, env) => {
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) => fetch(new Request(input, init));
    try {
      return await env.SERVICE.fetch("http://service.test/hello");
    } finally {
      globalThis.fetch = fetch;
    }
  },
  // What is no ticket.
  "odd-fetch": (request) => fetch(target(request), { headers: { "tollgate-ticket": "mine" } }),
  "odd-service": (_request, env) => env.SERVICE.fetch("http://service.test/hello", { headers: { "tollgate-ticket": "\xff" } }),
  "no-content": async (request) => {
    const response = await fetch(target(request));
    return `${new Response(response.body, response).status} ${response.clone().body}`;
  },
  redirected: async (request) => {
    const { redirected, url } = await fetch(target(request));
    return `${redirected} ${url}`;
  },
  blob: async (request) => (await request.blob()).type,
  bytes: async (request) => (await request.bytes()).length,
  classes: (request) => `${request.constructor === Request} ${new Response().constructor === Response}`,
  // Clones
  "clone-request": async (request) => {
    const copy = request.clone();
    const { method, redirect, url, headers } = copy;
    const same = url === request.url && copy.signal.aborted === false && copy instanceof Request;
    return `${await copy.text()} ${await request.text()} ${method} ${redirect} ${headers.get("x-mark")} ${same}`;
  },
  "clone-made": async (request) => {
    const stop = new AbortController();
    const init = { method: "PUT", body: "a text", headers: { "x-mark": "m" }, redirect: "error", signal: stop.signal };
    const made = new Request(target(request), init);
    const copy = new Request(made.clone(), { headers: { "x-mark": "n" } });
    stop.abort("enough");
    const texts = `${await copy.text()} ${await made.clone().text()} ${await made.text()}`;
    return `${texts} ${copy.method} ${copy.redirect} ${copy.signal.reason} ${made.headers.get("x-mark")}${copy.headers.get("x-mark")}`;
  },
  "clone-sent": async (request) => {
    const sent = await fetch(target(request), request.clone());
    return `${await sent.text()} ${await request.text()}`;
  },
  // The original is passed on, and its clone looked at; with content-length, as it arrived.
  "clone-looked-at": async (request) => {
    const copy = request.clone();
    const sent = await fetch(target(request), request);
    return `${await sent.text()} ${await copy.text()}`;
  },
  "clone-response": async (request) => {
    const response = await fetch(target(request));
    const copy = response.clone();
    copy.headers.set("x-own", "1");
    const same = copy.url === target(request) && copy instanceof Response && copy.headers.get("x-origin") === "echo";
    return `${await copy.text()}${await response.text()} ${copy.status} ${same} ${response.headers.get("x-own")}`;
  },
  "clone-kept": async (request, _env, ctx) => {
    const response = await fetch(target(request));
    ctx.waitUntil(response.clone().text().then((text) => console.log(`kept ${text.length}`)));
    return response;
  },
  "clone-answered": async (request) => {
    const response = await fetch(target(request));
    const copy = response.clone();
    await response.text();
    return new Response(copy.body, copy);
  },
  "clone-used": async (request) => {
    const read = new Response("text");
    await read.text();
    const begun = new Request("http://a/", { method: "POST", body: "text" });
    const reader = begun.body.getReader();
    await reader.read();
    reader.releaseLock();
    const copied = new Response("text");
    copied.clone();
    await copied.text();
    return [read, begun, copied].map((message) => {
      try {
        return message.clone().status;
      } catch (error) {
        return error.name;
      }
    });
  },
  "clone-bytes": async () => {
    const made = new Response(new ReadableStream({ type: "bytes", start: (to) => (to.enqueue(bytes("bytes")), to.close()) }));
    return `${await made.clone().text()} ${await made.text()}`;
  },
  "clone-cut": async (request) => {
    const response = await fetch(target(request));
    response.clone();
    return response;
  },
  "read-before": async (request) => {
    const response = await fetch(target(request));
    response.clone();
    await response.text();
    return response;
  },
  // Streams
  "pipe-to": async (request) => {
    const response = await fetch(target(request));
    const { readable, writable } = new TransformStream();
    response.body.pipeTo(writable);
    return new Response(readable, response);
  },
  "pipe-after": async (request, _env, ctx) => {
    const { readable, writable } = new TransformStream();
    const one = async () => {
      const writer = writable.getWriter();
      await writer.write(bytes("first, "));
      writer.releaseLock();
      await (await fetch(target(request))).body.pipeTo(writable, { preventClose: true });
      await (await fetch(target(request))).body.pipeTo(writable);
    };
    ctx.waitUntil(one());
    return new Response(readable);
  },
  "pipe-late": async (request, _env, ctx) => {
    const { readable, writable } = new TransformStream();
    ctx.waitUntil(fetch(target(request)).then(({ body }) => body.pipeTo(writable)));
    return new Response(readable);
  },
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
  error: () => {
    console.error("gone wrong:", new TypeError("was here"));
    return "logged";
  },
  "wait-in-vain": (_request, _env, ctx) => {
    ctx.waitUntil(Promise.reject(new Error("waited in vain")));
    return "answered";
  },
  "can-parse": () => `${URL.canParse("http://a/")} ${URL.canParse("/a")} ${URL.parse("/a")}`,
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
