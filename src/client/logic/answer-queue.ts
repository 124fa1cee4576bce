/** An answer as it was given, on its way to the server. */
export interface Answer {
  /** Made on this device; the server counts an id once, however often it arrives. */
  id: string;
  url: string;
  /** What it answers: a later answer to the same replaces one that has not arrived. */
  question: string;
  fields: [name: string, value: string][];
  /** When it was given, ISO 8601. */
  at: string;
}

/**
 * What became of sending: arrived; refused for good; not for the one who is signed in (kept, others
 * may go first); or to be tried again later, with all that come after.
 */
export type Outcome = 'arrived' | 'refused' | 'other' | 'later';

/** Where the queue lives between pages; localStorage in the browser. */
export interface Shelf {
  read(): string | null;
  write(text: string): void;
}

const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;

/**
 * Answers that have not arrived yet, in the order in which they were given. Each change is written at
 * once, and read anew before each change, because other windows use the same shelf.
 */
export class AnswerQueue {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  waiting(now = Date.now()): Answer[] {
    try {
      const parsed: unknown = JSON.parse(this.#shelf.read() ?? '[]');
      const answers = Array.isArray(parsed) ? (parsed as Answer[]) : [];
      return answers.filter(({ at }) => now - Date.parse(at) < KEPT_FOR);
    } catch {
      return [];
    }
  }

  add(answer: Answer): void {
    const others = this.waiting().filter(
      (each) => each.url !== answer.url || each.question !== answer.question,
    );
    this.#shelf.write(JSON.stringify([...others, answer]));
  }

  /** Sends one after the other and stops at the first that has to wait. Gives back what was refused. */
  async flush(send: (answer: Answer) => Promise<Outcome>): Promise<Answer[]> {
    const refused: Answer[] = [];
    for (const answer of this.waiting()) {
      const outcome = await send(answer);
      if (outcome === 'later') break;
      if (outcome === 'other') continue;
      if (outcome === 'refused') refused.push(answer);
      this.#shelf.write(JSON.stringify(this.waiting().filter((each) => each.id !== answer.id)));
    }
    return refused;
  }
}

/** What a reply of the server means for what was sent. Redirects count as arrived (the way of forms). */
export function outcomeOf(status: number, redirected = false): Outcome {
  if (redirected || (status >= 200 && status < 400)) return 'arrived';
  // On a shared device someone else may be signed in: their page does not know this attempt.
  if (status === 404) return 'other';
  // Signed out, an old form, too many at once, or a server in trouble: the answer itself may be good.
  if ([401, 403, 408, 425, 429].includes(status) || status >= 500) return 'later';
  return 'refused';
}

/** Milliseconds until what is waiting is sent again, after so many tries: 5 seconds to a minute. */
export const retryDelay = (tries: number): number => Math.min(60_000, 5000 * 1.6 ** tries);
