// What becomes of a worker that threw: it fails, so that its dispatcher gets an error it can catch, with the exception's
// words, and the operator's log has the stack.
import { fail as end } from "tollgate:platform/invocation@1.0.0";

export function fail(error) {
  log(error);
  end(words(error));
}

/** Tells the operator's log what nobody caught. */
export function log(error) {
  const stack = error?.stack ? `\n${error.stack}` : "";
  console.error(`Uncaught ${words(error)}${stack}`);
}

/** Anything can be thrown, also what has no text. */
function words(thrown) {
  try {
    return String(thrown);
  } catch {
    return "something that is no text was thrown";
  }
}
