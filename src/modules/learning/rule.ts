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

/** Of the rules of a version, by its minutes: the same for everyone who learns it. */
const weights = new WeakMap<Minutes, Map<CompletionRule, number>>();

/** Weight of a rule in minutes, so that a long lesson moves the bar further than a short one. */
function weight(rule: CompletionRule, minutes: Minutes): number {
  let known = weights.get(minutes);
  if (!known) {
    known = new Map();
    weights.set(minutes, known);
  }
  let weighed = known.get(rule);
  if (weighed === undefined) {
    weighed = weigh(rule, minutes);
    known.set(rule, weighed);
  }
  return weighed;
}

function weigh(rule: CompletionRule, minutes: Minutes): number {
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
  const needed = new Set<string>();
  addNeeded(rule, records, minutes, needed);
  return needed;
}

function addNeeded(
  rule: CompletionRule,
  records: Records,
  minutes: Minutes,
  needed: Set<string>,
): void {
  if (rule.kind === 'all') {
    for (const each of rule.of) addNeeded(each, records, minutes, needed);
  } else if (rule.kind !== 'any') {
    if (!leafMet(rule, records)) needed.add(rule.activityId);
  } else {
    const open = rule.of
      .filter((each) => !isMet(each, records))
      .map((each) => stillNeeded(each, records, minutes));
    const missing = rule.count - (rule.of.length - open.length);
    if (missing <= 0) return;
    const shortestFirst = open.sort((a, b) => minutesOf(a, minutes) - minutesOf(b, minutes));
    for (const ids of shortestFirst.slice(0, missing)) for (const id of ids) needed.add(id);
  }
}

/** Every leaf of a rule. */
export const leavesOf = (rule: CompletionRule): readonly Leaf[] =>
  rule.kind === 'all' || rule.kind === 'any' ? rule.of.flatMap(leavesOf) : [rule];
