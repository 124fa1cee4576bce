/**
 * What the audit keeps of a question to a list: that words were searched for, and not the words.
 * They may be a name, and what stands in the audit cannot be taken back.
 * @param field the one that holds the words
 */
export function withoutWords<T extends object, K extends keyof T>(
  question: T,
  field: K,
): Omit<T, K> & { searched?: true } {
  const { [field]: words, ...rest } = question;
  return words ? { ...rest, searched: true } : rest;
}
