import { findPeople } from '../accounts';
import { userIdsIn } from '../learning';

/** More people than this of one name are not told apart by it. */
const MOST_FOUND = 500;

/** Those of a course whose name holds these words; null: no words, everyone. */
export async function peopleByName(courseSlug: string, words: string): Promise<string[] | null> {
  if (words === '') return null;
  const wanted = words.normalize('NFKC').toLowerCase();
  const found: string[] = [];
  for await (const userIds of userIdsIn(courseSlug)) {
    for (const { id, name } of (await findPeople(userIds)).values()) {
      if (!name.normalize('NFKC').toLowerCase().includes(wanted)) continue;
      found.push(id);
      if (found.length >= MOST_FOUND) return found;
    }
  }
  return found;
}
