import { Unavailable } from '../../platform/errors';
import type { Platform } from '../../platform/platform';
import type { Trial } from '../assessment';

/** Quizzes that someone tries in a preview: in redis, for an afternoon. Nothing else depends on them. */
const SECONDS = 6 * 60 * 60;

/** Whose trial of what. */
export interface TrialKey {
  readonly userId: string;
  readonly versionId: string;
  readonly activityId: string;
}

export interface Trials {
  /** @throws Unavailable while redis is away, as does `put` */
  get(key: TrialKey): Promise<Trial | null>;
  put(key: TrialKey, trial: Trial): Promise<void>;
}

export function trialsIn({ redis, config }: Pick<Platform, 'redis' | 'config'>): Trials {
  const nameOf = ({ userId, versionId, activityId }: TrialKey) =>
    `${config.redisPrefix}:trial:${userId}:${versionId}:${activityId}`;
  const asking = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch {
      throw new Unavailable();
    }
  };
  return {
    get: async (key) => {
      const text = await asking(() => redis.get(nameOf(key)));
      return text === null ? null : (JSON.parse(text) as Trial);
    },
    put: async (key, trial) => {
      await asking(() => redis.set(nameOf(key), JSON.stringify(trial), 'EX', SECONDS));
    },
  };
}
