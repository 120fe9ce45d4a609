// Hands each request to the worker's `fetch(request, env, ctx)`, as Cloudflare's runtime does.
import { isMade, sourceOfBody } from "./body.js";
import { inbound, isBodiless } from "./engine.js";
import { environment } from "./env.js";
import { fail, log } from "./fail.js";
import { parse } from "./json.js";
import { answerWith } from "./passing.js";
import { props } from "tollgate:platform/invocation@1.0.0";

/** What a worker may do beside answering: `ctx`. */
function context(event) {
  return {
    // The answer may be out: that this goes wrong is for the log alone.
    waitUntil: (promise) => event.waitUntil(Promise.resolve(promise).catch(log)),
    // There is no origin to pass a request through to.
    passThroughOnException() {},
    props: parse(props()) ?? {},
  };
}

async function answer(worker, event, roles) {
  const request = inbound(event.request);
  const response = await worker.fetch(request, environment(roles), context(event));
  if (!(response instanceof Response)) {
    throw new TypeError(`the worker's fetch gave ${String(response)}, expected a Response`);
  }
  if (response.bodyUsed) throw new TypeError("the worker's fetch gave a response whose body was read already");
  const headers = told(response, request.method, answerWith(sourceOfBody(response)));
  if (!headers && !isMade(response)) return response;
  const { status, statusText } = response;
  const body = isBodiless(response) ? null : isMade(response) ? watched(response.body) : response.body;
  return new Response(body, { status, statusText, headers: headers ?? response.headers });
}

/** A response's headers, where some are not true of it, without them: trailers are those of a body that is passed on, and a
 * response without a body has a length only where it tells that of another. */
function told(response, method, followed) {
  const ofAnother = method === "HEAD" || response.status === 304;
  const untrue = [...(followed ? [] : ["trailer"]), ...(isBodiless(response) && !ofAnother ? ["content-length"] : [])];
  if (!untrue.some((name) => response.headers.has(name))) return undefined;
  const headers = new Headers(response.headers);
  for (const name of untrue) headers.delete(name);
  return headers;
}

/** A stream that ends the worker as failed where it breaks: for the engine, it would just have ended, as if it were whole. */
function watched(body) {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(to) {
      try {
        const { done, value } = await reader.read();
        if (done) return to.close();
        // What is no bytes would be left out, and the rest look whole.
        if (!(value instanceof Uint8Array)) throw new TypeError(`a piece of a response's body is ${typeof value}, expected Uint8Array`);
        to.enqueue(value);
      } catch (error) {
        fail(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** Serves a worker; `roles` are the parts of the platform that its role has. */
export function serve(worker, roles) {
  if (typeof worker?.fetch !== "function") {
    throw new TypeError("expected `export default { async fetch(request, env, ctx) { … } }`");
  }
  addEventListener("fetch", (event) => {
    event.respondWith(answer(worker, event, roles).catch(fail));
  });
}
