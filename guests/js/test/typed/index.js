// The conformance suite's typed outbound: `/NAME` answers what the function of a parameter gave, as JSON
// (guests/rust/test/test-typed).
import * as typed from "suite:typed/parameters@0.1.0";
import { get } from "tollgate:platform/parameters@1.0.0";

export default {
  async fetch(request) {
    const name = new URL(request.url).pathname.slice(1);
    // The generic interface is there beside them.
    if (name === "generic") return new Response(get("account").val);
    const read = SAID[name];
    return read ? new Response(json(read())) : new Response("no such parameter", { status: 404 });
  },
};

const SAID = {
  "customer-name": () => typed.customerName(),
  account: () => subscription(typed.account()),
  ceiling: () => bound(typed.ceiling()),
  tags: () => typed.tags(),
  corner: () => typed.corner(),
  region: () => typed.region(),
  partner: () => optional(typed.partner(), subscription),
  invoices: () => typed.invoices().map(invoice),
  quotas: () => typed.quotas(),
  digest: () => typed.digest(),
  s8: () => typed.s8(),
  s16: () => typed.s16(),
  s32: () => typed.s32(),
  // Given alone, the engine loses its sign (README.md).
  s64: () => BigInt.asIntN(64, typed.s64()),
  u8: () => typed.u8(),
  u16: () => typed.u16(),
  u32: () => typed.u32(),
  u64: () => typed.u64(),
  f32: () => typed.f32(),
  f64: () => typed.f64(),
  active: () => typed.active(),
  mark: () => typed.mark(),
  tier: () => typed.tier(),
  may: () => rights(typed.may()),
  json: () => typed.json(),
};

const optional = (value, said) => (value === undefined ? undefined : said(value));

const subscription = ({ id, plan, homeTown, rights: may }) => ({ id, plan, "home-town": homeTown, rights: rights(may) });

const invoice = ({ holder, until, ...same }) => ({ ...same, holder: subscription(holder), until: bound(until) });

const bound = ({ tag, val }) => (tag === "none" ? tag : { [tag]: val });

const rights = ({ read, write, handOn }) =>
  [read && "read", write && "write", handOn && "hand-on"].filter((name) => name);

/** JSON text, in which a BigInt is a number with all its digits, and what is absent null. */
function json(value) {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object") return JSON.stringify(value ?? null);
  if ("length" in value) return `[${Array.from(value, json)}]`;
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${json(inner)}`)}}`;
}
