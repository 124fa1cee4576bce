/** How many characters are left of `limit`, or too many. */
export function roomLeft(length: number, limit: number): { over: boolean; count: number } {
  const left = limit - length;
  return { over: left < 0, count: Math.abs(left) };
}
