// All that a worker can read without asking the network.

// A line each, sorted.
const char *environment(void);
