// A ticket in a header takes one request where `fetch` alone could not send it. The host takes the header away.
const HEADER = "tollgate-ticket";

/** The arguments of `fetch`, with the ticket. */
export function withTicket(ticket, input, init) {
  const from = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? from?.headers);
  headers.set(HEADER, ticket);
  if (!from) return [input, { ...init, headers }];
  // The engine traps where a request with a streaming body is made into another: its parts are handed on instead.
  return [from.url, { method: from.method, body: from.body, duplex: "half", ...init, headers }];
}
