// An outbound worker's parameters, as JavaScript has them.
import { all } from "tollgate:platform/parameters@1.0.0";
import { parse } from "./json.js";

function value({ tag, val }) {
  switch (tag) {
    case "integer":
      // Beyond 2^53 a number would lose digits.
      return Number.isSafeInteger(Number(val)) ? Number(val) : val;
    case "json":
      return parse(val);
    default:
      return val;
  }
}

export function parameters() {
  return Object.fromEntries(all().map(([name, given]) => [name, value(given)]));
}
