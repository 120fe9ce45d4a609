// What the engine leaves out or does wrongly, where a few lines mend it. This comes before the worker's own module.
import { arrives, bodyFrom, isArrived, isMeasured, making, sourceOf, split } from "./body.js";
import { arrivedUrl, isArrivedUrl, passingOn } from "./passing.js";
import { follow } from "./redirect.js";

const Plain = { Request, Response, TransformStream, fetch };

/** Responses that have no body. */
const bodiless = new WeakSet();
/** What requests were given that the engine keeps for itself, or loses. */
const signals = new WeakMap();
const redirects = new WeakMap();
/** URLs as they arrived, by request: the engine tidies them up. */
const urls = new WeakMap();
/** Writable ends of streams that change nothing. */
const unchanging = new WeakSet();

/** Whether a response was made without a body. */
export const isBodiless = (response) => bodiless.has(response);

/** Of a request that arrived, the engine has no signal, and traps. */
Object.defineProperty(Request.prototype, "signal", {
  configurable: true,
  enumerable: true,
  get() {
    if (!signals.has(this)) signals.set(this, new AbortController().signal);
    return signals.get(this);
  },
});

/** The source of the inbound request's body. A worker may keep a request for longer. */
let arriving;

/** The inbound request, which is known to be it from here on. */
export function inbound(request) {
  arriving = {};
  urls.set(request, arrivedUrl());
  return bodyFrom(request, arriving);
}

const { get: tidied } = Object.getOwnPropertyDescriptor(Request.prototype, "url");
Object.defineProperty(Request.prototype, "url", {
  configurable: true,
  enumerable: true,
  get() {
    return urls.get(this) ?? tidied.call(this);
  },
});

/** `init` without headers that are not true of its body. What trailers there are the host says, and of a length that was another
 * body's the engine would trap: it does not compare. */
function fitting(init, body) {
  if (!init?.headers) return init;
  const headers = new Headers(init.headers);
  headers.delete("trailer");
  if (!isMeasured(body)) headers.delete("content-length");
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
Object.defineProperty(Request.prototype, "redirect", {
  configurable: true,
  enumerable: true,
  get() {
    return redirect(this);
  },
});

/** The arguments of `Request` and `fetch`, as the text of a URL and an object. */
function given(input, init) {
  const own = init instanceof Plain.Request ? parts(init) : init;
  const all = input instanceof Plain.Request ? { ...parts(input), ...own } : { ...own };
  const text = String(input instanceof Plain.Request ? input.url : input);
  return [text, fitting(all, all.body)];
}

/** A URL as the engine has it, and whether it is the one that arrived, which then goes on as it arrived. There is nothing that
 * it could be relative to. */
function located(text) {
  const { href } = new URL(text);
  return [href, isArrivedUrl(text, href)];
}

/** A class, with other arguments for its constructor. */
function mended(Class, given) {
  const other = new Proxy(Class, {
    construct: (target, args, by) => given(args, (args) => Reflect.construct(target, args, by)),
  });
  Class.prototype.constructor = other;
  return other;
}

/** Whether a body is made by the worker, piece by piece. */
const isStreamed = (body) => body instanceof ReadableStream && !isArrived(body);

/** A request, made of what the engine takes and what it does not keep. */
function requested(construct, text, { signal, redirect = "follow", ...rest }) {
  const [url, asArrived] = located(text);
  const request = bodyFrom(construct([url, signal ? { ...rest, signal } : rest]), sourceOf(rest.body));
  if (asArrived) urls.set(request, text);
  if (signal) signals.set(request, signal);
  redirects.set(request, redirect);
  return isStreamed(rest.body) ? making(request) : request;
}

globalThis.Request = mended(Plain.Request, ([input, init], construct) => requested(construct, ...given(input, init)));

Plain.Request.prototype.clone = function () {
  const body = split(this);
  return requested((args) => new Plain.Request(...args), this.url, { ...parts(this), body });
};

/** `fetch`, also where a worker puts another in its place: a binding's requests go nowhere else. */
export async function send(input, init) {
  const [text, { redirect = "follow", ...rest }] = given(input, init);
  const [href, url] = located(text);
  const parts = { url, trailers: arriving !== undefined && sourceOf(rest.body) === arriving };
  return follow(passingOn(Plain.fetch, { input, parts, received: bodyFrom }), redirect, href, rest);
}

globalThis.fetch = send;

globalThis.Response = mended(Plain.Response, ([body = null, init], construct) => {
  const response = bodyFrom(construct([body, body === null ? init : fitting(init, body)]), sourceOf(body));
  if (body === null) bodiless.add(response);
  return isStreamed(body) ? making(response) : response;
});

Plain.Response.prototype.clone = function () {
  const body = split(this);
  const { status, statusText, headers } = this;
  const clone = new Plain.Response(body, { status, statusText, headers });
  for (const name of ["redirected", "type", "url"]) Object.defineProperty(clone, name, { value: this[name] });
  if (!body) bodiless.add(clone);
  return body ? making(clone) : clone;
};

const { json } = Plain.Response;
Plain.Response.json = (data, init) => json.call(Plain.Response, data, fitting(init));

globalThis.TransformStream = mended(Plain.TransformStream, (args, construct) => {
  const stream = construct(args);
  if (!args[0]) unchanging.add(stream.writable);
  return stream;
});

// What arrived and goes through a stream that changes nothing breaks where its source does.
const { pipeThrough, pipeTo } = ReadableStream.prototype;
ReadableStream.prototype.pipeThrough = function (stream, options) {
  const same = isArrived(this) && unchanging.has(stream.writable);
  const readable = pipeThrough.call(this, stream, options);
  if (same) arrives(readable, sourceOf(this));
  return readable;
};

// The engine passes what arrived to the other end by itself, whatever else was written there, and traps where that end is read
// here. What it does not know to have arrived it pipes.
ReadableStream.prototype.pipeTo = function (writable, options) {
  const from = isArrived(this) && unchanging.has(writable) ? ReadableStream.from(this) : this;
  return pipeTo.call(from, writable, options);
};

for (const { prototype } of [Plain.Request, Plain.Response]) {
  const { blob } = prototype;
  prototype.blob = async function () {
    const read = await blob.call(this);
    return read.slice(0, read.size, this.headers.get("content-type") ?? "");
  };
  prototype.bytes ??= async function () {
    return new Uint8Array(await this.arrayBuffer());
  };
}

/** Makes another piece of each. */
const each = (become) => new TransformStream({ transform: (piece, to) => to.enqueue(become(piece)) });

// The engine splits no streams of bytes. And a piece that it sends is empty for whoever else has it, so each half has its own.
const { tee } = ReadableStream.prototype;
ReadableStream.prototype.tee = function () {
  const pairs = this.pipeThrough(each((piece) => [piece, piece instanceof Uint8Array ? piece.slice() : piece]));
  return tee.call(pairs).map((half, place) => half.pipeThrough(each((pair) => pair[place])));
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
ReadableStream.prototype.values ??= ReadableStream.prototype[Symbol.asyncIterator];

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

URL.parse ??= (url, base) => {
  try {
    return new URL(url, base);
  } catch {
    return null;
  }
};
URL.canParse ??= (url, base) => URL.parse(url, base) !== null;

/** Of an error, the engine's console says only where it was made. */
for (const level of ["debug", "error", "info", "log", "trace", "warn"]) {
  const say = console[level];
  console[level] = (...said) => say.apply(console, said.map((one) => (one instanceof Error ? `${one}\n${one.stack}` : one)));
}
