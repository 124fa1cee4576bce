/**
 * `value` when it is a path of this site, otherwise `fallback`: a redirect never leads elsewhere.
 * `//host`, `/\host` and control characters, which browsers read as another site, are refused.
 */
export function ownPath(value: unknown, fallback = '/'): string {
  if (typeof value !== 'string' || value.length > 2_000) return fallback;
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value)) return fallback;
  const base = 'http://kelas.invalid';
  return new URL(value, base).origin === base ? value : fallback;
}
