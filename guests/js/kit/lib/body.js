// Bodies of messages: where each comes from, and how it is split where a message is cloned. The engine splits a request's that
// was made here, and no other's.

const PlainResponse = Response;

/** Sources of bodies that come from elsewhere, by message: an object for each message that came, a response's with the ticket of
 * its request. */
const sources = new WeakMap();
/** Streams that come from elsewhere, with their sources: they are as long as their message's headers say, and the engine tells when
 * they break. */
const arrived = new WeakMap();
/** Halves of streams that are as long as their message's headers say. */
const measured = new WeakSet();
/** Messages whose body is made here, halves among them. */
const made = new WeakSet();
/** Messages that were split, each with a response that has the half which is its own. */
const halves = new WeakMap();

/** Whether a stream comes from elsewhere. */
export const isArrived = (stream) => arrived.has(stream);
/** Where a stream comes from. */
export const sourceOf = (stream) => arrived.get(stream);
/** Where a message's body comes from. */
export const sourceOfBody = (message) => sources.get(message);
/** Says that a stream comes from elsewhere. */
export const arrives = (stream, source) => arrived.set(stream, source);
/** A message, known to have a body of this source, if there is one. */
export const bodyFrom = (message, source) => {
  if (source) sources.set(message, source);
  return message;
};
/** Whether a request's stream is as long as its headers say. */
export const isMeasured = (stream) => arrived.has(stream) || measured.has(stream);
/** Whether a message's body is made here. */
export const isMade = (message) => made.has(message);
/** A message, known to have a body that is made here. */
export const making = (message) => made.add(message) && message;

for (const { prototype } of [Request, Response]) {
  property(prototype, "bodyUsed", (used) => used);
  property(prototype, "body", (body, message) => {
    if (body && !made.has(message)) arrived.set(body, sources.get(message) ?? {});
    return body;
  });
  for (const name of ["arrayBuffer", "blob", "formData", "json", "text"]) {
    const read = prototype[name];
    prototype[name] = function () {
      return halves.has(this) ? halves.get(this)[name]() : read.call(this);
    };
  }
}

/** Has a property of a message asked of its half, where it was split, and looked at by `seen`. */
function property(prototype, name, seen) {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name);
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return seen(halves.has(this) ? halves.get(this)[name] : get.call(this), this);
    },
  });
}

/** Splits a message's body: one half becomes its own, and the other is for its clone. Null where it has none. */
export function split(message) {
  if (message.bodyUsed) throw new TypeError("what is cloned has a body that was read already");
  const { body } = message;
  if (!body) return null;
  // The engine alone knows whether somebody read from a stream or is about to: it takes no such stream.
  new PlainResponse(body);
  const both = body.tee();
  if (isMeasured(body)) for (const half of both) measured.add(half);
  const type = message.headers.get("content-type");
  const [own, other] = both;
  // Whoever reads it here passes nothing on.
  sources.delete(message);
  halves.set(message, making(new PlainResponse(own, { headers: type ? { "content-type": type } : {} })));
  making(message);
  return other;
}
