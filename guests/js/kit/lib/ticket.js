// A ticket in a header takes one request where `fetch` alone could not send it. The host takes the header away.
const HEADER = "tollgate-ticket";

/** The arguments of `fetch`, with the ticket. It is good for one request, so that no redirect is followed. */
export function withTicket(ticket, input, init) {
  const request = new Request(input, init);
  request.headers.set(HEADER, ticket);
  return [request, { redirect: "manual" }];
}
