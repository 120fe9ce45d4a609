// What the engine leaves out or does wrongly, where a few lines mend it. This comes before the worker's own module.

const Plain = { Request, Response, TransformStream, fetch };

/** Streams that come from elsewhere: they are as long as their message's headers say, and the engine tells when they break. */
const arrived = new WeakSet();
/** Responses whose body is made here. */
const made = new WeakSet();

/** Whether a response's body is made here. */
export const isMade = (response) => made.has(response);

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

/** `init` without a length that was another body's: the engine does not compare, and traps. */
function fitting(init, body) {
  if (!init?.headers || arrived.has(body)) return init;
  const headers = new Headers(init.headers);
  headers.delete("content-length");
  return init instanceof Plain.Response ? { status: init.status, statusText: init.statusText, headers } : { ...init, headers };
}

/** The arguments of `Request` and `fetch`. Of a request whose body streams, the engine traps: it gets the parts. */
function parts(input, init) {
  if (input instanceof Plain.Request && input.body) {
    const { url, method, headers, body } = input;
    [input, init] = [url, { method, headers, body, duplex: "half", ...init }];
  }
  return [input, init instanceof Plain.Request ? init : fitting(init, init?.body)];
}

/** A class, with other arguments for its constructor. */
function mended(Class, given) {
  return new Proxy(Class, {
    construct: (target, args, by) => given(args, (args) => Reflect.construct(target, args, by)),
  });
}

globalThis.Request = mended(Plain.Request, ([input, init], construct) => construct(parts(input, init)));
globalThis.fetch = (input, init) => Plain.fetch(...parts(input, init));

globalThis.Response = mended(Plain.Response, ([body = null, init], construct) => {
  const response = construct([body, body === null ? init : fitting(init, body)]);
  if (body instanceof ReadableStream && !arrived.has(body)) made.add(response);
  return response;
});
const { json } = Plain.Response;
Plain.Response.json = (data, init) => json.call(Plain.Response, data, fitting(init));

// One that changes nothing breaks where its source does.
globalThis.TransformStream = mended(Plain.TransformStream, (args, construct) => {
  const stream = construct(args);
  if (!args[0]) arrived.add(stream.readable);
  return stream;
});

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
