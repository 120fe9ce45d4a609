// A customer's worker: says what it got when it fetched a page.
export default {
  async fetch(request, env, ctx) {
    const response = await fetch("https://example.com");
    return new Response(`user worker got ${JSON.stringify(await response.text())} from fetch`);
  },
};
