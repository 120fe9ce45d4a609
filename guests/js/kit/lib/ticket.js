// A ticket in a header takes one request where `fetch` alone could not send it. The host takes the header away.
const HEADER = "tollgate-ticket";

/** The arguments of `fetch`, with the ticket. */
export function withTicket(ticket, input, init) {
  const headers = new Headers(init?.headers ?? input.headers);
  headers.set(HEADER, ticket);
  return [input, { ...init, headers }];
}
