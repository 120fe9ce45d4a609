// A dispatch worker: the first label of the host is the customer's worker.
export default {
  async fetch(request, env, ctx) {
    const name = new URL(request.url).host.split(".")[0];
    const outbound = { paramCustomerName: name, account: { id: 7, plan: "paid", region: "eu" } };
    try {
      return await env.dispatcher.get(name, {}, { outbound }).fetch(request);
    } catch (error) {
      return failed(status(error), error);
    }
  },
};

/** What went wrong is for the log, and for no client. */
function failed(status, error) {
  if (status !== 500) return new Response(error.message, { status });
  console.error(error);
  return new Response("the worker failed", { status });
}

function status(error) {
  switch (error.code) {
    case "worker-not-found":
    case "invalid-name":
      return 404;
    case "limit":
      return 429;
    default:
      return 500;
  }
}
