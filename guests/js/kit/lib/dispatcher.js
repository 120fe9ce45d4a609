// A dispatch binding: `env.NAME.get(worker, { props }, { limits, outbound }).fetch(request)`.
import * as dispatcher from "tollgate:platform/dispatcher@0.2.0";
import { withTicket } from "./ticket.js";

/** An error of the platform's, in Cloudflare's words; `code` names its kind. */
function raised(error) {
  return Object.assign(new Error(dispatcher.message(error)), { code: error.tag });
}

/** JSON, with the integers that only a BigInt holds. No text can be mistaken for the mark in their place: it is new each time. */
function json(value) {
  const whole = [];
  const mark = crypto.randomUUID();
  const text = JSON.stringify(value ?? null, (_key, value) => {
    if (typeof value !== "bigint") return value;
    whole.push(value);
    return `${mark}${whole.length - 1}`;
  });
  return text.replace(new RegExp(`"${mark}(\\d+)"`, "g"), (_match, place) => whole[place]);
}

function milliseconds(limits) {
  const given = (value) => (value === undefined ? undefined : BigInt(value));
  return (
    limits && {
      cpuMs: given(limits.cpuMs),
      wallMs: given(limits.wallMs),
      memoryBytes: given(limits.memoryBytes),
      subrequests: given(limits.subRequests ?? limits.subrequests),
    }
  );
}

class UserWorker {
  #worker;

  constructor(worker) {
    this.#worker = worker;
  }

  async fetch(input, init) {
    const ticket = this.#worker.ticket();
    try {
      return await fetch(...withTicket(ticket, input, init));
    } catch (error) {
      const reason = dispatcher.failure(ticket);
      throw reason ? raised(reason) : error;
    }
  }
}

class Namespace {
  #binding;

  constructor(binding) {
    this.#binding = binding;
  }

  get(name, args = {}, options = {}) {
    const attached = {
      props: args.props === undefined ? undefined : json(args.props),
      limits: milliseconds(options.limits),
      outbound: Object.entries(options.outbound ?? {}).map(([name, value]) => [name, json(value)]),
    };
    try {
      return new UserWorker(dispatcher.get(this.#binding, name, attached));
    } catch (error) {
      throw error?.payload?.tag ? raised(error.payload) : error;
    }
  }
}

export const namespace = (binding) => new Namespace(binding);
