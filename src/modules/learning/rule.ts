import type { CompletionRule } from '../catalogue';

/** The facts of one activity in short. */
export interface ActivityRecord {
  activityId: string;
  viewed: boolean;
  submitted: boolean;
  /** The best mark in per cent. */
  mark: number | null;
}

export type Records = ReadonlyMap<string, ActivityRecord>;

/** Length of each activity of a version by its id. */
export type Minutes = ReadonlyMap<string, number>;

/** What a rule asks of one activity. */
export type Leaf = Exclude<CompletionRule, { kind: 'all' | 'any' }>;

function leafMet(leaf: Leaf, records: Records): boolean {
  const record = records.get(leaf.activityId);
  if (!record) return false;
  if (leaf.kind === 'viewed') return record.viewed;
  if (leaf.kind === 'submitted') return record.submitted;
  return record.mark !== null && record.mark >= leaf.mark;
}

export function isMet(rule: CompletionRule, records: Records): boolean {
  if (rule.kind === 'all') return rule.of.every((each) => isMet(each, records));
  if (rule.kind !== 'any') return leafMet(rule, records);
  return rule.of.filter((each) => isMet(each, records)).length >= rule.count;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/** Weight of a rule in minutes, so that a long lesson moves the bar further than a short one. */
function weight(rule: CompletionRule, minutes: Minutes): number {
  if (rule.kind !== 'all' && rule.kind !== 'any') {
    return Math.max(1, minutes.get(rule.activityId) ?? 0);
  }
  const weights = rule.of.map((each) => weight(each, minutes));
  if (rule.kind === 'all') return sum(weights);
  return sum(weights.sort((a, b) => a - b).slice(0, rule.count));
}

/** How much of a rule is met, from 0 to 1. It never falls when a fact is added, because no part does. */
export function shareMet(rule: CompletionRule, records: Records, minutes: Minutes): number {
  if (rule.kind === 'all') {
    const whole = weight(rule, minutes);
    if (whole === 0) return 1;
    return sum(rule.of.map((e) => weight(e, minutes) * shareMet(e, records, minutes))) / whole;
  }
  if (rule.kind !== 'any') return leafMet(rule, records) ? 1 : 0;
  if (rule.count === 0) return 1;
  const best = rule.of.map((each) => shareMet(each, records, minutes)).sort((a, b) => b - a);
  return sum(best.slice(0, rule.count)) / rule.count;
}

/** Minutes of a set of activities. */
export const minutesOf = (ids: Iterable<string>, minutes: Minutes): number =>
  sum([...ids].map((id) => minutes.get(id) ?? 0));

/** Ids of the activities that are still needed; where there is a choice, those of the shortest way. */
export function stillNeeded(
  rule: CompletionRule,
  records: Records,
  minutes: Minutes,
): ReadonlySet<string> {
  if (isMet(rule, records)) return new Set();
  if (rule.kind !== 'all' && rule.kind !== 'any') return new Set([rule.activityId]);
  const open = rule.of
    .filter((each) => !isMet(each, records))
    .map((each) => stillNeeded(each, records, minutes));
  const missing = rule.kind === 'all' ? open.length : rule.count - (rule.of.length - open.length);
  const shortestFirst = open.sort((a, b) => minutesOf(a, minutes) - minutesOf(b, minutes));
  return new Set(shortestFirst.slice(0, missing).flatMap((ids) => [...ids]));
}

/** Every leaf of a rule. */
export const leavesOf = (rule: CompletionRule): readonly Leaf[] =>
  rule.kind === 'all' || rule.kind === 'any' ? rule.of.flatMap(leavesOf) : [rule];
