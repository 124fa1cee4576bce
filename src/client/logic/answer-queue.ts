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

/** What became of sending: arrived; refused for good; or to be tried again. */
export type Outcome = 'arrived' | 'refused' | 'later';

/** Where the queue lives between pages; localStorage in the browser. */
export interface Shelf {
  read(): string | null;
  write(text: string): void;
}

/**
 * Answers that have not arrived yet, in the order in which they were given. Each change is written at
 * once, and read anew before each change, because other windows use the same shelf.
 */
export class AnswerQueue {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  waiting(): Answer[] {
    try {
      const parsed: unknown = JSON.parse(this.#shelf.read() ?? '[]');
      return Array.isArray(parsed) ? (parsed as Answer[]) : [];
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
      if (outcome === 'refused') refused.push(answer);
      this.#shelf.write(JSON.stringify(this.waiting().filter((each) => each.id !== answer.id)));
    }
    return refused;
  }
}

/** What an answer of the server means for what was sent. Redirects count as arrived (the way of forms). */
export function outcomeOf(status: number, redirected = false): Outcome {
  if (redirected || (status >= 200 && status < 400)) return 'arrived';
  // Signed out, an old form, too many at once, or a server in trouble: the answer itself may be good.
  if (status === 401 || status === 403 || status === 408 || status === 429 || status >= 500) {
    return 'later';
  }
  return 'refused';
}
