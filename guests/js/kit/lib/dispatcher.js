// A dispatch binding: `env.NAME.get(worker, { props }, { limits, outbound }).fetch(request)`.
import * as dispatcher from "tollgate:platform/dispatcher@0.2.0";
import { send } from "./engine.js";
import { withTicket } from "./passing.js";

/** An error of the platform's, in Cloudflare's words; `code` names its kind. */
function raised(error) {
  return Object.assign(new Error(dispatcher.message(error)), { code: error.tag });
}

/** Why a dispatch failed. */
function failed(ticket) {
  const reason = dispatcher.failure(ticket);
  return reason && raised(reason);
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

/** The limits there are, by the names that a worker may give them. */
const LIMITS = { cpuMs: "cpuMs", wallMs: "wallMs", memoryBytes: "memoryBytes", subRequests: "subrequests", subrequests: "subrequests" };

/** Limits as the platform takes them. One that is misspelt would hold nobody, and so it is refused. */
function ceilings(limits) {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  const named = given.map(([name, value]) => {
    if (!Object.hasOwn(LIMITS, name)) throw new TypeError(`limits: expected ${Object.keys(LIMITS).join(", ")}, found ${name}`);
    return [LIMITS[name], BigInt(value)];
  });
  return Object.fromEntries(named);
}

class UserWorker {
  #worker;

  constructor(worker) {
    this.#worker = worker;
  }

  async fetch(input, init) {
    return send(...withTicket(() => this.#worker.ticket(), input, init, failed));
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
      limits: options.limits && ceilings(options.limits),
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
