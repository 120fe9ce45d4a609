// An outbound worker: receives what customers' workers fetch. Here it answers by itself, and says for whom.
import { account, paramCustomerName } from "example:outbound/parameters@0.1.0";

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/account") {
      // Typed by wit/outbound.wit: a u64 is a BigInt, an option that is none is undefined.
      const found = account();
      return new Response(found ? `account ${found.id} ${found.plan} ${found.region ?? "-"}` : "no account");
    }
    // `env.paramCustomerName` is the same; its type is checked when this worker is deployed.
    return new Response(`intercepted a request for ${paramCustomerName()} by the outbound`);
  },
};
