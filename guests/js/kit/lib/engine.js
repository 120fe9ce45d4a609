// What the engine leaves out or does wrongly, where a few lines mend it. This comes before the worker's own module.
import { follow } from "./redirect.js";

const Plain = { Request, Response, TransformStream, fetch };

/** Streams that come from elsewhere: they are as long as their message's headers say, and the engine tells when they break. */
const arrived = new WeakSet();
/** Responses whose body is made here, and those that have none. */
const made = new WeakSet();
const bodiless = new WeakSet();
/** What requests were given that the engine keeps for itself, or loses. */
const signals = new WeakMap();
const redirects = new WeakMap();
/** Streams that change nothing. */
const unchanging = new WeakSet();

/** Whether a response's body is made here. */
export const isMade = (response) => made.has(response);
/** Whether a response was made without a body. */
export const isBodiless = (response) => bodiless.has(response);

for (const { prototype } of [Request, Response]) {
  const { get } = Object.getOwnPropertyDescriptor(prototype, "body");
  Object.defineProperty(prototype, "body", {
    configurable: true,
    enumerable: true,
    get() {
      const body = get.call(this);
      if (body && !made.has(this)) arrived.add(body);
      return body;
    },
  });
}

/** Of a request that arrived, the engine has no signal, and traps. */
Object.defineProperty(Request.prototype, "signal", {
  configurable: true,
  enumerable: true,
  get() {
    if (!signals.has(this)) signals.set(this, new AbortController().signal);
    return signals.get(this);
  },
});

/** `init` without headers that are not true of its body. There are no trailers, and of a length that was another body's the
 * engine would trap: it does not compare. */
function fitting(init, body) {
  if (!init?.headers) return init;
  const headers = new Headers(init.headers);
  headers.delete("trailer");
  if (!arrived.has(body)) headers.delete("content-length");
  return init instanceof Plain.Response ? { status: init.status, statusText: init.statusText, headers } : { ...init, headers };
}

/** A request in its parts: of one whose body streams, the engine traps. */
function parts(request) {
  const { method, headers, body } = request;
  const signal = signals.get(request);
  return { method, headers, redirect: redirect(request), ...(body && { body, duplex: "half" }), ...(signal && { signal }) };
}

/** What becomes of a redirect. A request that arrived is passed on as it is, so that its sender sees it. */
const redirect = (request) => redirects.get(request) ?? "manual";

/** The arguments of `Request` and `fetch`, as a URL and an object. */
function given(input, init) {
  const own = init instanceof Plain.Request ? parts(init) : init;
  const all = input instanceof Plain.Request ? { ...parts(input), ...own } : { ...own };
  // There is nothing that a URL could be relative to.
  const { href } = new URL(input instanceof Plain.Request ? input.url : input);
  return [href, fitting(all, all.body)];
}

/** A class, with other arguments for its constructor. */
function mended(Class, given) {
  return new Proxy(Class, {
    construct: (target, args, by) => given(args, (args) => Reflect.construct(target, args, by)),
  });
}

globalThis.Request = mended(Plain.Request, ([input, init], construct) => {
  const [url, all] = given(input, init);
  const { signal, redirect = "follow", ...rest } = all;
  const request = construct([url, signal ? { ...rest, signal } : rest]);
  if (signal) signals.set(request, signal);
  redirects.set(request, redirect);
  return request;
});

globalThis.fetch = async (input, init) => {
  const [url, { redirect = "follow", ...rest }] = given(input, init);
  return follow(Plain.fetch, redirect, url, rest);
};

globalThis.Response = mended(Plain.Response, ([body = null, init], construct) => {
  const response = construct([body, body === null ? init : fitting(init, body)]);
  if (body === null) bodiless.add(response);
  if (body instanceof ReadableStream && !arrived.has(body)) made.add(response);
  return response;
});
const { json } = Plain.Response;
Plain.Response.json = (data, init) => json.call(Plain.Response, data, fitting(init));

globalThis.TransformStream = mended(Plain.TransformStream, (args, construct) => {
  const stream = construct(args);
  if (!args[0]) unchanging.add(stream);
  return stream;
});

// What arrived and goes through a stream that changes nothing breaks where its source does.
const { pipeThrough } = ReadableStream.prototype;
ReadableStream.prototype.pipeThrough = function (stream, options) {
  const same = arrived.has(this) && unchanging.has(stream);
  const readable = pipeThrough.call(this, stream, options);
  if (same) arrived.add(readable);
  return readable;
};

/** `for await (const chunk of response.body)`. */
ReadableStream.prototype[Symbol.asyncIterator] ??= async function* () {
  const reader = this.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
    reader.releaseLock();
  }
};

globalThis.TextEncoderStream ??= class extends TransformStream {
  constructor() {
    const encoder = new TextEncoder();
    super({ transform: (text, to) => to.enqueue(encoder.encode(text)) });
  }
};

globalThis.TextDecoderStream ??= class extends TransformStream {
  constructor(label, options) {
    const decoder = new TextDecoder(label, options);
    super({
      transform: (bytes, to) => to.enqueue(decoder.decode(bytes, { stream: true })),
      flush: (to) => to.enqueue(decoder.decode()),
    });
  }
};

/** A stream of what an iterable gives. */
ReadableStream.from ??= (iterable) => {
  const from = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]();
  return new ReadableStream({
    async pull(to) {
      const { done, value } = await from.next();
      done ? to.close() : to.enqueue(await value);
    },
    cancel: (reason) => from.return?.(reason),
  });
};

URL.canParse ??= (url, base) => {
  try {
    return Boolean(new URL(url, base));
  } catch {
    return false;
  }
};
