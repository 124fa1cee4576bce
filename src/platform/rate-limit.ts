import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { TooManyRequests } from './errors';
import type { Redis } from './redis';

export interface RateLimitRule {
  /** Unique name; part of the key in redis. */
  name: string;
  /** Tries allowed within `seconds`. */
  tries: number;
  seconds: number;
}

/** Counts tries over all processes through redis; while redis is away each process counts for itself. */
export class RateLimits {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #limiters = new Map<string, RateLimiterAbstract>();

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Counts one try by `key` (an address, an account). @throws TooManyRequests */
  async count(rule: RateLimitRule, key: string): Promise<void> {
    try {
      await this.#limiter(rule).consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new TooManyRequests(Math.ceil(refusal.msBeforeNext / 1000));
    }
  }

  /** Forgets the tries of `key`, after a success. */
  async reset(rule: RateLimitRule, key: string): Promise<void> {
    await this.#limiter(rule).delete(key);
  }

  #limiter(rule: RateLimitRule): RateLimiterAbstract {
    let limiter = this.#limiters.get(rule.name);
    if (!limiter) {
      const limits = { points: rule.tries, duration: rule.seconds };
      limiter = new RateLimiterRedis({
        ...limits,
        storeClient: this.#redis,
        keyPrefix: `${this.#prefix}:limit:${rule.name}`,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(limits),
      });
      this.#limiters.set(rule.name, limiter);
    }
    return limiter;
  }
}
