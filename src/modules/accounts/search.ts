import { normaliseEmail } from '../../shared/text';
import { User, type UserRow } from './model';

const MOST_KEYS = 40;
const HAN = /\p{Script=Han}/u;

const words = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);

/** Chinese is written without spaces: a name is found by any of its characters. */
const endsOf = (word: string): string[] =>
  HAN.test(word) ? [...word].map((_, index, all) => all.slice(index).join('')) : [word];

/** Words by whose beginnings an account is found. */
export const searchKeysOf = ({ name, email }: Pick<UserRow, 'name' | 'email'>): string[] => [
  ...new Set([normaliseEmail(email), ...words(name).flatMap(endsOf)].slice(0, MOST_KEYS)),
];

const literally = (text: string): string => text.replaceAll(/[.*+?^$(){}|[\]\\/-]/g, '\\$&');

/** The condition that finds accounts by what someone typed: every word begins a key; null: nothing typed. */
export function searchFor(typed: string): Record<string, unknown> | null {
  const text = normaliseEmail(typed);
  if (text.includes('@')) return { searchKeys: { $regex: `^${literally(text)}` } };
  const wanted = words(typed).slice(0, 6);
  if (wanted.length === 0) return null;
  return { $and: wanted.map((word) => ({ searchKeys: { $regex: `^${literally(word)}` } })) };
}

const BATCH = 500;

/** Makes the keys of accounts from before there were any; safe to run in several processes at once. */
export async function completeSearchKeys(): Promise<void> {
  for (;;) {
    const rows = await User.find({ searchKeys: null }, { name: 1, email: 1 }).limit(BATCH).lean();
    if (rows.length === 0) return;
    await User.bulkWrite(
      rows.map((row) => ({
        updateOne: {
          filter: { _id: row._id, name: row.name, email: row.email },
          update: { $set: { searchKeys: searchKeysOf(row) } },
        },
      })),
    );
  }
}
