// Hands each request to the worker's `fetch(request, env, ctx)`, as Cloudflare's runtime does.
import { isMade } from "./engine.js";
import { environment } from "./env.js";
import { fail } from "./fail.js";
import { props } from "tollgate:platform/invocation@0.2.0";

/** What a worker may do beside answering: `ctx`. */
function context(event) {
  return {
    waitUntil: (promise) => event.waitUntil(promise),
    // There is no origin to pass a request through to.
    passThroughOnException() {},
    props: JSON.parse(props()) ?? {},
  };
}

async function answer(worker, event, roles) {
  const response = await worker.fetch(event.request, environment(roles), context(event));
  if (!(response instanceof Response)) {
    throw new TypeError(`the worker's fetch gave ${response}, expected a Response`);
  }
  return isMade(response) ? new Response(watched(response.body), response) : response;
}

/** A stream that ends the worker as failed where it breaks: for the engine, it would just have ended, as if it were whole. */
function watched(body) {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(to) {
      try {
        const { done, value } = await reader.read();
        done ? to.close() : to.enqueue(value);
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
