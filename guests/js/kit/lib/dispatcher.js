// A dispatch binding: `env.NAME.get(worker, { props }, { limits, outbound }).fetch(request)`.
import * as dispatcher from "tollgate:platform/dispatcher@1.0.0";
import { send } from "./engine.js";
import { withTicket } from "./passing.js";

/** An error of the platform's, in Cloudflare's words; `code` names its kind, which may be one that a later version has. */
function raised(error) {
  return Object.assign(new Error(error.message()), { code: error.code() });
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

/** The setter for each limit, by the names that a worker may give them. */
const LIMITS = {
  cpuMs: "setCpuMs",
  wallMs: "setWallMs",
  memoryBytes: "setMemoryBytes",
  subRequests: "setSubrequests",
  subrequests: "setSubrequests",
};

/** What a dispatch attaches. A limit that is misspelt would limit nothing, and so it is refused before anything is made. */
function attached({ props }, { limits, outbound }) {
  const given = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
  const set = given.map(([name, value]) => {
    if (!Object.hasOwn(LIMITS, name)) throw new TypeError(`limits: expected ${Object.keys(LIMITS).join(", ")}, found ${name}`);
    return [LIMITS[name], BigInt(value)];
  });
  if (props !== undefined) set.push(["setProps", json(props)]);
  const parameters = Object.entries(outbound ?? {}).map(([name, value]) => [name, json(value)]);
  if (parameters.length > 0) set.push(["setParameters", parameters]);
  if (set.length === 0) return undefined;
  const options = new dispatcher.Options();
  for (const [setter, value] of set) options[setter](value);
  return options;
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
    const given = attached(args, options);
    try {
      return new UserWorker(dispatcher.get(this.#binding, name, given));
    } catch (error) {
      throw error?.payload instanceof dispatcher.DispatchError ? raised(error.payload) : error;
    }
  }
}

export const namespace = (binding) => new Namespace(binding);
