// The conformance suite's dispatcher: its request's headers steer it (guests/rust/test/test-dispatch).
export default {
  async fetch(request, env, ctx) {
    try {
      return await dispatch(request, env);
    } catch (error) {
      const code = error.code ?? "worker-error";
      return new Response(`${code}: ${error.message}`, { status: STATUS[code] ?? 500 });
    }
  },
};

const STATUS = { "invalid-name": 400, "worker-not-found": 404, limit: 429, "worker-error": 502, overloaded: 503, "depth-exceeded": 508 };

async function dispatch(request, env) {
  const { headers } = request;
  const named = headers.get("x-worker") ?? new URL(request.url).host.split(".")[0];
  const binding = env[headers.get("x-binding") ?? "dispatcher"];
  if (!binding) throw Object.assign(new Error("no such binding"), { code: "unknown-binding" });
  const props = parse(headers.get("x-props"));
  const limits = parse(headers.get("x-limits"));
  const worker = binding.get(named === "-" ? "" : named, { props }, { limits: limits && cloudflares(limits), outbound: outbound(headers) });
  if (headers.get("x-get-only") === "1") return new Response("got");
  return headers.get("x-wrapped-fetch") === "1" ? wrapped(() => worker.fetch(request)) : worker.fetch(request);
}

/** What a fetch says while `fetch` is another, as libraries have it that trace requests. */
async function wrapped(asked) {
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.reject(new Error("a binding's request went another way"));
  try {
    return await asked();
  } finally {
    globalThis.fetch = fetch;
  }
}

/** Parameters, with integers whole: as the header has them, they go on. */
function outbound(headers) {
  const text = headers.get("x-parameters");
  return text ? parse(text) : {};
}

/** JSON, with integers that a number would not hold as BigInt. */
function parse(text) {
  return text === null
    ? undefined
    : JSON.parse(text, (_key, value, { source } = {}) =>
        typeof value === "number" && /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value,
      );
}

/** Limits by the names that they have in JavaScript; one without such a name goes on as it is. */
function cloudflares({ cpu_ms, wall_ms, memory_bytes, subrequests, ...misspelt }) {
  return { cpuMs: cpu_ms, wallMs: wall_ms, memoryBytes: memory_bytes, subRequests: subrequests, ...misspelt };
}
