// What arrived and the engine's own messages cannot hold: the bytes of a URL, trailers, and why a request failed. It is passed on
// below them, by a ticket: a text in a header that takes one request where `fetch` alone could not send it, and that the host takes out.
import * as passing from "tollgate:platform/passing@1.0.0";

const HEADER = "tollgate-ticket";

/** Requests that have a ticket of their own, each with it and with what says why it failed. */
const tickets = new WeakMap();

/** A request with the ticket that `issue` gives, as the arguments of `fetch`; `failed` gives the error that it failed with. The
 * ticket is good for one request, so that no redirect is followed. */
export function withTicket(issue, input, init, failed = networkError) {
  const request = new Request(input, init);
  tickets.set(request, { ticket: issue(), failed });
  return [request, { redirect: "manual" }];
}

/** The URL that arrived. */
export const arrivedUrl = () => passing.url();
/** Whether this is the text of the URL that arrived, where the engine would send another. */
export const isArrivedUrl = (text, href) => text !== href && text === passing.url();

/** Sends requests with what they pass on; each response, and where its trailers come from, goes to `received`. */
export function passingOn(fetch, { input, parts, received }) {
  let own = tickets.get(input);
  return async (url, init) => {
    const headers = new Headers(init.headers);
    const { ticket, failed } = own ?? { ticket: ordinary(), failed: networkError };
    if (parts.url) passing.passUrl(ticket);
    if (parts.trailers) passing.passTrailers(ticket);
    // What a client wrote in this header stays beside it.
    headers.append(HEADER, ticket);
    // Redirects are requests of their own.
    [own, parts] = [undefined, {}];
    try {
      return received(await fetch(url, { ...init, headers }), { ticket });
    } catch (error) {
      throw failed(ticket) ?? error;
    }
  };
}

/** A ticket for a request that goes where it would go without one. */
function ordinary() {
  try {
    return passing.ticket();
  } catch (error) {
    throw error?.payload ? reasoned(error.payload) : error;
  }
}

/** The error of a request that failed, where the host knows why. */
function networkError(ticket) {
  const code = passing.failure(ticket);
  return code && reasoned(code);
}

/** The engine's error, with the reason: the name of WASI's error code, and what it says. */
function reasoned({ tag, val }) {
  const more = val === undefined ? "" : ` ${typeof val === "string" ? val : words(val)}`;
  return Object.assign(new TypeError(`NetworkError when attempting to fetch resource: ${tag}${more}`), { code: tag });
}

/** What a code says, where that is no text. */
function words(val) {
  return JSON.stringify(val, (_key, value) => (typeof value === "bigint" ? Number(value) : value));
}

/** Has the answer end with the trailers of the response that its body is of. False where it is of none. */
export const answerWith = (source) => source?.ticket !== undefined && passing.answerWith(source.ticket);
