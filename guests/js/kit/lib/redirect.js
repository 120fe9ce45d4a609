// Redirects, which the engine leaves to the worker: followed as the standard of `fetch` has it, each hop a request like any
// other.

const REDIRECTS = [301, 302, 303, 307, 308];
const HOPS_MOST = 20;
/** A page cannot set a cookie, and so the standard names only the first; a worker can. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization"];
/** What goes with the body. The standard names no length: in a browser, no request's headers hold one. */
const OF_A_BODY = ["content-encoding", "content-language", "content-length", "content-location", "content-type", "transfer-encoding"];

/** What a request is answered; `mode` is what becomes of a redirect: `follow`, `manual` or `error`. */
export async function follow(fetch, mode, url, init) {
  for (let hops = 0; ; hops += 1) {
    const response = await fetch(url, init);
    const location = REDIRECTS.includes(response.status) && response.headers.get("location");
    if (mode === "manual" || !location) {
      return hops === 0 ? response : Object.defineProperty(response, "redirected", { value: true });
    }
    if (mode === "error") throw new TypeError(`${url} redirects, and the request says that this is an error`);
    if (hops === HOPS_MOST) throw new TypeError(`more than ${HOPS_MOST} redirects, the last by ${url}`);
    [url, init] = hop(response.status, url, new URL(location, url), init);
    // Nobody reads it, and it would stay open for as long as there are hops.
    await response.body?.cancel();
  }
}

/** The next request. */
function hop(status, from, to, init) {
  const { body } = init;
  const method = (init.method ?? "GET").toUpperCase();
  const headers = new Headers(init.headers);
  // Credentials are for where they were sent.
  if (to.origin !== new URL(from).origin) for (const name of CREDENTIALS) headers.delete(name);
  const asGet = status === 303 ? method !== "GET" && method !== "HEAD" : status < 303 && method === "POST";
  if (!asGet) {
    if (body instanceof ReadableStream) throw new TypeError(`${from} redirects a body that streamed: it cannot be sent again`);
    return [to.href, { ...init, headers }];
  }
  for (const name of OF_A_BODY) headers.delete(name);
  return [to.href, { ...init, method: "GET", headers, body: undefined, duplex: undefined }];
}
