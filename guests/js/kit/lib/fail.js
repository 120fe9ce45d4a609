// What becomes of a worker that threw: it fails, so that its dispatcher gets an error it can catch, with the exception's
// words, and the operator's log has the stack.
import { fail as end } from "tollgate:platform/invocation@0.2.0";

export function fail(error) {
  const said = words(error);
  const stack = error?.stack ? `\n${error.stack}` : "";
  console.error(`Uncaught ${said}${stack}`);
  end(said);
}

/** Anything can be thrown, also what has no text. */
function words(thrown) {
  try {
    return String(thrown);
  } catch {
    return "something that is no text was thrown";
  }
}
