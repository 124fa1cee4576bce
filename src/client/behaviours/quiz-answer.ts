import { isChanged } from '../is-changed';
import {
  type Answer,
  AnswerQueue,
  type Outcome,
  outcomeOf,
  retryDelay,
} from '../logic/answer-queue';

const SHELF = 'kelas.answers';
const PAUSE_WHILE_TYPING = 700;
const TYPED = 'textarea, input:not([type="radio"], [type="checkbox"])';

/** Used where the browser keeps nothing, as in some private windows: then this page is the shelf. */
let inMemory: string | null = null;
const queue = new AnswerQueue({
  read: () => inMemory ?? localStorage.getItem(SHELF),
  write: (text) => {
    try {
      localStorage.setItem(SHELF, text);
    } catch {
      inMemory = text;
    }
  },
});

/** crypto.randomUUID is missing where the page did not come by HTTPS. */
const newId = (): string =>
  '10000000-1000-4000-8000-100000000000'.replaceAll(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16);
  });

/** One window sends at a time, where the browser can promise that; an id counts once in any case. */
const alone = (work: () => Promise<Answer[]>): Promise<Answer[]> =>
  'locks' in navigator ? navigator.locks.request(SHELF, work) : work();

async function send(answer: Answer): Promise<Outcome> {
  const body = new URLSearchParams(answer.fields);
  body.set('answerId', answer.id);
  body.set('answeredAt', answer.at);
  const token = document.querySelector<HTMLInputElement>('input[name="_csrf"]');
  if (token) body.set('_csrf', token.value);
  try {
    const reply = await fetch(answer.url, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json' },
      redirect: 'manual',
      keepalive: true,
    });
    return outcomeOf(reply.status, reply.type === 'opaqueredirect');
  } catch {
    return 'later';
  }
}

/** Sends what earlier pages had to leave waiting; any page may call it. */
export const sendWaiting = (): Promise<Answer[]> => alone(() => queue.flush(send));

/** How many answers to the questions behind `url` still wait on this device. */
export const waitingAt = (url: string): number =>
  queue.waiting().filter((answer) => answer.url === url).length;

/** An answer names this many before it that it replaces. */
const MOST_REPLACED = 10;

/**
 * A form of one question: each answer is saved as it is given, and kept on this device until it has
 * arrived. The form needs data-save-url and data-question; a .k-save shows the state. The server
 * gets the fields, answerId, answeredAt and the ids that this answer replaces, in case that one of
 * them is overtaken on its way. What the form itself sends carries the answerId of what it holds at
 * that moment, so that the answer counts once.
 */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  const url = element.dataset['saveUrl'];
  const question = element.dataset['question'] ?? '';
  if (!url) return;
  const state = document.querySelector<HTMLElement>('[data-save-state]');
  const idField = hiddenField(element, 'answerId');
  const replacesField = hiddenField(element, 'replaces');
  const given: string[] = [];
  let typing = 0;
  let retry = 0;
  let tries = 0;

  const show = (name: 'saving' | 'saved' | 'waiting' | 'refused') => {
    if (!state) return;
    state.dataset['state'] = name;
    state.textContent = state.dataset[name] ?? '';
  };
  const isWaiting = () => queue.waiting().some(({ id }) => id === idField.value);

  const flush = async () => {
    clearTimeout(retry);
    const { value } = idField;
    const refused = await sendWaiting();
    // Something newer was given meanwhile: its own sending tells what became of it.
    if (value === '' || value !== idField.value || typing !== 0) return;
    if (refused.some(({ id }) => id === value)) return show('refused');
    if (!isWaiting()) return show('saved');
    show('waiting');
    retry = window.setTimeout(flush, retryDelay(tries));
    tries += 1;
  };

  const keep = () => {
    clearTimeout(typing);
    typing = 0;
    given.push(idField.value);
    const fields = [...new FormData(element)].filter(
      (field): field is [string, string] =>
        typeof field[1] === 'string' && field[0] !== '_csrf' && field[0] !== 'answerId',
    );
    queue.add({ id: idField.value, url, question, fields, at: new Date().toISOString() });
  };
  const give = () => {
    keep();
    tries = 0;
    void flush();
  };

  element.addEventListener('input', (event) => {
    // At once, so that no later content ever goes by the id of an earlier one.
    idField.value = newId();
    replacesField.value = given.slice(-MOST_REPLACED).join();
    show('saving');
    clearTimeout(typing);
    if (event.target instanceof HTMLElement && event.target.matches(TYPED)) {
      typing = window.setTimeout(give, PAUSE_WHILE_TYPING);
    } else {
      give();
    }
  });
  const keepWhatWasTyped = () => {
    if (typing !== 0) keep();
  };
  let warned = false;
  element.addEventListener('submit', (event) => {
    keepWhatWasTyped();
    // Without a network the next page is the browser's, with nothing on it. A second press goes
    // through all the same: some browsers are wrong about the network.
    if (navigator.onLine || warned) return;
    warned = true;
    event.preventDefault();
    if (waitingAt(url) > 0) show('waiting');
  });
  addEventListener('pagehide', keepWhatWasTyped);
  addEventListener('online', () => {
    warned = false;
    void flush();
  });
  // On a slow device an answer is given before this script has come.
  if (isChanged(element)) element.dispatchEvent(new Event('input', { bubbles: true }));
}

function hiddenField(form: HTMLFormElement, name: string): HTMLInputElement {
  const found = form.elements.namedItem(name);
  if (found instanceof HTMLInputElement) return found;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = name;
  form.append(field);
  return field;
}
