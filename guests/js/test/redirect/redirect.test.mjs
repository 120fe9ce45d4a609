// What `fetch` makes of redirects, hop by hop (kit/lib/redirect.js), by node's own Request and Response: `node --test`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../../kit/lib/redirect.js";

const FROM = "https://a.test/one";

/** What was sent: each hop's URL, method, headers and body. `answers` are a status and a location each, then 200. */
async function sent(init, answers, mode = "follow") {
  const hops = [];
  const fetched = async (url, { method = "GET", headers, body } = {}) => {
    hops.push({ url, method, headers: Object.fromEntries(new Headers(headers)), body });
    const [status, location] = answers[hops.length - 1] ?? [200];
    return new Response(null, { status, headers: location ? { location } : {} });
  };
  const response = await follow(fetched, mode, FROM, init);
  return { hops, response };
}

const POST = { method: "post", body: "five!", headers: { "content-length": "5", "content-type": "text/plain", "transfer-encoding": "chunked", "x-mark": "m" } };

for (const [status, method] of [[301, "GET"], [302, "GET"], [303, "GET"], [307, "post"], [308, "post"]]) {
  test(`a POST that is answered ${status} goes on as ${method}`, async () => {
    const { hops } = await sent(POST, [[status, "/two"]]);
    assert.equal(hops.length, 2);
    assert.equal(hops[1].url, "https://a.test/two");
    assert.equal(hops[1].method, method);
    const kept = method === "GET" ? { "x-mark": "m" } : POST.headers;
    assert.deepEqual(hops[1].headers, kept);
    assert.equal(hops[1].body, method === "GET" ? undefined : "five!");
  });
}

test("a PUT stays one, but for 303", async () => {
  const put = { method: "PUT", body: "x" };
  assert.equal((await sent(put, [[302, "/two"]])).hops[1].method, "PUT");
  assert.equal((await sent(put, [[303, "/two"]])).hops[1].method, "GET");
  assert.equal((await sent({ method: "HEAD" }, [[303, "/two"]])).hops[1].method, "HEAD");
});

test("credentials go to no other origin", async () => {
  const headers = { authorization: "a", cookie: "c", "proxy-authorization": "p", "x-mark": "m" };
  assert.deepEqual((await sent({ headers }, [[302, "/two"]])).hops[1].headers, headers);
  for (const elsewhere of ["https://b.test/", "http://a.test/", "https://a.test:8443/"]) {
    assert.deepEqual((await sent({ headers }, [[302, elsewhere]])).hops[1].headers, { "x-mark": "m" });
  }
});

test("a body that streamed is not sent again", async () => {
  const body = new Response("x").body;
  await assert.rejects(sent({ method: "PUT", body }, [[307, "/two"]]), /cannot be sent again/);
});

test("there is an end to it", async () => {
  const round = Array.from({ length: 21 }, () => [302, "/one"]);
  await assert.rejects(sent({}, round), /more than 20 redirects/);
  assert.equal((await sent({}, round.slice(1))).hops.length, 21);
});

test("who asks for it is given the redirect, or an error", async () => {
  const { hops, response } = await sent({}, [[302, "/two"]], "manual");
  assert.deepEqual([hops.length, response.status], [1, 302]);
  await assert.rejects(sent({}, [[302, "/two"]], "error"), /this is an error/);
});

test("what was redirected says so", async () => {
  assert.equal((await sent({}, [])).response.redirected, false);
  assert.equal((await sent({}, [[302, "/two"]])).response.redirected, true);
});
