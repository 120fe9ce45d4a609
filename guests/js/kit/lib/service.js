// A service or mTLS-certificate binding: `env.NAME.fetch(request)`.
import { ticket } from "tollgate:platform/bindings@1.0.0";
import { send } from "./engine.js";
import { withTicket } from "./passing.js";

export class Service {
  #binding;

  constructor(binding) {
    this.#binding = binding;
  }

  async fetch(input, init) {
    return send(...withTicket(() => granted(this.#binding), input, init));
  }
}

/** A ticket, or an error that says in the platform's words why there is none; `code` names its kind. */
function granted(binding) {
  try {
    return ticket(binding);
  } catch (error) {
    const { tag, val } = error?.payload ?? {};
    throw tag ? Object.assign(new Error(typeof val === "string" ? val : tag), { code: tag }) : error;
  }
}
