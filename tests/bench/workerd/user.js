// Says hello, gives a body back, or fetches the URL in `x-target-url`: what the guests of the benchmark do.
export default {
  fetch(request) {
    const url = request.headers.get("x-target-url");
    if (url) return fetch(url);
    return new Response(request.method === "POST" ? request.body : "hello");
  },
};
