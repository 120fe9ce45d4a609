// Passes every request on.
export default { fetch: (request) => fetch(request) };
