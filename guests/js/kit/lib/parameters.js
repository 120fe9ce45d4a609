// An outbound worker's parameters, as JavaScript has them.
import { all } from "tollgate:platform/parameters@0.2.0";

function value({ tag, val }) {
  switch (tag) {
    case "integer":
      // Beyond 2^53 a number would lose digits.
      return Number.isSafeInteger(Number(val)) ? Number(val) : val;
    case "json":
      return JSON.parse(val, whole);
    default:
      return val;
  }
}

/** A reviver: an integer that a number would not hold is a BigInt, at any depth. */
function whole(_key, value, { source } = {}) {
  const exact = typeof value !== "number" || !/^-?\d+$/.test(source) || Number.isSafeInteger(value);
  return exact ? value : BigInt(source);
}

export function parameters() {
  return Object.fromEntries(all().map(([name, given]) => [name, value(given)]));
}
