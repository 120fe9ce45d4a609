// A service or mTLS-certificate binding: `env.NAME.fetch(request)`.
import { ticket } from "tollgate:platform/bindings@0.2.0";
import { withTicket } from "./ticket.js";

export class Service {
  #binding;

  constructor(binding) {
    this.#binding = binding;
  }

  async fetch(input, init) {
    return fetch(...withTicket(ticket(this.#binding), input, init));
  }
}
