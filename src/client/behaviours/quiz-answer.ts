import { formFields } from '../behaviour';
import { type Answer, AnswerQueue, type Outcome, outcomeOf } from '../logic/answer-queue';

const SHELF = 'kelas.answers';
const PAUSE_WHILE_TYPING = 700;
const RETRY = 5000;

const queue = new AnswerQueue({
  read: () => localStorage.getItem(SHELF),
  write: (text) => localStorage.setItem(SHELF, text),
});

/** One window sends at a time, where the browser can promise that. */
const alone = (work: () => Promise<unknown>): Promise<unknown> =>
  'locks' in navigator ? navigator.locks.request(SHELF, work) : work();

/**
 * A form of one question: each answer is saved as it is given, and kept on this device until it has
 * arrived. The form needs data-save-url and data-question; a .k-save inside shows the state.
 * The server gets the fields, answerId and answeredAt. Sending the form takes the same answerId along,
 * so that the answer counts once.
 */
export function attach(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  const url = element.dataset['saveUrl'];
  const question = element.dataset['question'] ?? '';
  if (!url) return;
  const state = document.querySelector<HTMLElement>('[data-save-state]');
  const token = new FormData(element).get('_csrf');
  const idField = hiddenField(element, 'answerId');
  let timer = 0;
  let retry = 0;

  const show = (name: 'saving' | 'saved' | 'waiting') => {
    if (!state) return;
    state.dataset['state'] = name;
    state.textContent = state.dataset[name] ?? '';
  };

  const send = async (answer: Answer): Promise<Outcome> => {
    const body = new URLSearchParams(answer.fields);
    body.set('answerId', answer.id);
    body.set('answeredAt', answer.at);
    if (typeof token === 'string') body.set('_csrf', token);
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
  };

  const flush = async () => {
    clearTimeout(retry);
    if (queue.waiting().length === 0) return;
    await alone(() => queue.flush(send));
    if (queue.waiting().length === 0) return show('saved');
    show('waiting');
    retry = window.setTimeout(flush, RETRY);
  };

  const give = () => {
    clearTimeout(timer);
    const fields = [...formFields(element)].filter(
      ([name]) => name !== '_csrf' && name !== 'answerId',
    );
    idField.value = crypto.randomUUID();
    queue.add({ id: idField.value, url, question, fields, at: new Date().toISOString() });
    show('saving');
    void flush();
  };

  element.addEventListener('input', (event) => {
    const typed = event.target instanceof HTMLElement && event.target.matches(TYPED);
    clearTimeout(timer);
    if (typed) timer = window.setTimeout(give, PAUSE_WHILE_TYPING);
    else give();
  });
  element.addEventListener('submit', () => {
    clearTimeout(timer);
    clearTimeout(retry);
  });
  addEventListener('online', flush);
  void flush();
}

const TYPED = 'textarea, input:not([type="radio"], [type="checkbox"])';

function hiddenField(form: HTMLFormElement, name: string): HTMLInputElement {
  const found = form.elements.namedItem(name);
  if (found instanceof HTMLInputElement) return found;
  const field = document.createElement('input');
  field.type = 'hidden';
  field.name = name;
  form.append(field);
  return field;
}
