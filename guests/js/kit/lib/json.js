// JSON with its integers whole.

/** What a JSON text says: an integer that a number would not hold is a BigInt, at any depth. */
export const parse = (text) => JSON.parse(text, whole);

function whole(_key, value, { source } = {}) {
  const exact = typeof value !== "number" || !/^-?\d+$/.test(source) || Number.isSafeInteger(value);
  return exact ? value : BigInt(source);
}
