/**
 * Loaded into every child before its own code. A child ends in order by itself when the supervisor
 * is gone; this is for the one that hangs over it, or that had not come so far as to listen.
 */
const LONGEST_END_MS = 9_000;

const end = () => setTimeout(() => process.exit(1), LONGEST_END_MS).unref();

if (process.connected) process.once('disconnect', end);
else end();
