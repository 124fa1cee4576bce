/** Attribute of the root element, and its value, for a preference of colours or text size. */
export function rootAttribute(name: string, value: string): [string, string] | undefined {
  if (name === 'theme') return ['data-color-scheme', value === 'system' ? 'auto' : value];
  if (name === 'textSize') return ['data-text-size', value];
  return undefined;
}
