import { MoveSums } from '../model';
import { countResults } from './count';
import { countStops } from './stops';

/**
 * Makes everything that this room counts again from the attempts and the facts, also while the site
 * runs: what is cut off is gone on with by the schedules.
 */
export async function rebuildResults(): Promise<{ attempts: number; versions: number }> {
  await MoveSums.deleteMany({});
  const attempts = await countResults({ anew: true });
  return { attempts, versions: await countStops({ anew: true }) };
}
