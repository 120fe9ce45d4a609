// What becomes of a worker that threw: it fails, so that its dispatcher gets an error it can catch, with the exception's
// words, and the operator's log has the stack.
import { fail as end } from "tollgate:platform/invocation@0.2.0";

export function fail(error) {
  const stack = error?.stack ? `\n${error.stack}` : "";
  console.error(`Uncaught ${error}${stack}`);
  end(String(error));
}
