import './train-a-model.css';
import { drawFruit, makeMap } from './mango-map';
import { missingMangoes, newMangoes, type TrainingMango, third, trainingMangoes } from './mangoes';
import { classify, type Example, type Point } from './nearest-neighbour';
import { fill, textsFor } from './train-a-model-texts';

/** From so many labels on the model may be tested before all are given. */
const ENOUGH_TO_TEST = 4;

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = '',
  text = '',
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function makeButton(text: string, variant: 'primary' | 'secondary' | 'tertiary') {
  const button = make('button', 'ds-button', text);
  button.type = 'button';
  if (variant !== 'primary') button.dataset['variant'] = variant;
  return button;
}

/**
 * The figure of the lesson "Train a model yourself": the learner labels mangoes, sees what a
 * nearest-neighbour model makes of the labels, and sees it fail where examples are missing.
 * Replaces what stands in `root`, which is the version for a browser without scripts.
 */
export function attach(root: HTMLElement): void {
  const language = root.closest('[lang]')?.getAttribute('lang') ?? 'en';
  const words = textsFor(language);
  const labels = new Map<string, boolean>();
  let mangoes: readonly TrainingMango[] = trainingMangoes;
  let tested = false;

  const look = (at: Point) =>
    fill(words.look, {
      colour: words.colour[third(at.x)],
      softness: words.softness[third(at.y)],
    });
  const verdict = (ready: boolean) => (ready ? words.ready : words.notReady);
  const examples = (): Example[] =>
    mangoes.flatMap(({ id, x, y }) => {
      const ready = labels.get(id);
      return ready === undefined ? [] : [{ x, y, ready }];
    });

  const card = make('div', 'tam__card');
  const fruit = make('div', 'tam__fruit');
  const current = make('p', 'tam__current');
  current.setAttribute('aria-live', 'polite');
  const hint = make('p', 'tam__hint', words.missingHint);
  const question = make('p', 'tam__question', words.question);
  question.id = 'tam-question';
  const choices = make('div', 'tam__buttons');
  choices.setAttribute('role', 'group');
  choices.setAttribute('aria-labelledby', question.id);
  const ready = makeButton(words.ready, 'secondary');
  const notReady = makeButton(words.notReady, 'secondary');
  choices.append(ready, notReady);
  const more = make('div', 'tam__buttons');
  const fillIn = makeButton(words.fillIn, 'tertiary');
  const test = makeButton(words.test, 'secondary');
  const addMissing = makeButton(words.addMissing, 'primary');
  const restart = makeButton(words.restart, 'tertiary');
  more.append(test, addMissing, fillIn, restart);
  const score = make('p', 'tam__score');
  score.setAttribute('role', 'status');
  const advice = make('p', 'tam__advice');
  card.append(fruit, current, hint, question, choices, score, advice, more);

  const map = makeMap(words);
  const results = make('section', 'tam__results');
  const resultsTitle = make('p', 'tam__title', words.results);
  resultsTitle.id = 'tam-results';
  results.setAttribute('aria-labelledby', resultsTitle.id);
  const list = make('ul', 'tam__list');
  results.append(resultsTitle, list);

  const changes = make('details', 'tam__changes');
  const summary = make('summary');
  const ticks = make('ul', 'tam__ticks');
  changes.append(summary, make('p', 'tam__hint', words.labelsHint), ticks);

  function showTicks() {
    const given = mangoes.filter(({ id }) => labels.has(id));
    summary.textContent = fill(words.labels, { count: given.length });
    changes.hidden = given.length === 0;
    // Rows stay where they are, so that the focus is not lost while a tick is changed.
    const rows = new Map(
      [...ticks.children].map((row) => [(row as HTMLElement).dataset['id'], row]),
    );
    for (const mango of given) {
      if (rows.has(mango.id)) continue;
      const row = make('li');
      row.dataset['id'] = mango.id;
      const label = make('label');
      const tick = make('input');
      tick.type = 'checkbox';
      tick.addEventListener('change', () => {
        labels.set(mango.id, tick.checked);
        show();
      });
      label.append(tick, fill(words.mango, { id: mango.id, look: look(mango) }));
      row.append(label);
      ticks.append(row);
    }
    for (const row of [...ticks.children] as HTMLElement[]) {
      const label = labels.get(row.dataset['id'] ?? '');
      const tick = row.querySelector('input');
      if (label === undefined) row.remove();
      else if (tick) tick.checked = label;
    }
  }

  function showResults(known: readonly Example[]): string[] {
    const wrong: string[] = [];
    const rows = newMangoes.map((mango) => {
      const says = classify(known, mango) === true;
      const right = says === mango.ripe;
      if (!right) wrong.push(mango.id);
      const row = make('li');
      row.dataset['result'] = right ? 'right' : 'wrong';
      const what = make('strong', '', `${mango.id}: ${look(mango)}`);
      const mark = make('span', 'tam__mark', right ? words.right : words.wrong);
      const detail = make('span', 'tam__detail');
      detail.append(
        make('span', '', fill(words.says, { label: verdict(says) })),
        make('span', '', fill(words.cutOpen, { label: verdict(mango.ripe) })),
      );
      row.append(what, ' ', mark, ' ', detail);
      return row;
    });
    list.replaceChildren(...rows);
    const right = newMangoes.length - wrong.length;
    setText(score, fill(words.score, { right, total: newMangoes.length, count: known.length }));
    return wrong;
  }

  function show() {
    const known = examples();
    const next = mangoes.find(({ id }) => !labels.has(id));
    const extended = mangoes !== trainingMangoes;
    const wrong = tested ? showResults(known) : [];

    fruit.replaceChildren(...(next ? [drawFruit(next)] : []));
    fruit.hidden = !next;
    setText(
      current,
      next
        ? fill(words.current, { id: next.id, total: mangoes.length, look: look(next) })
        : fill(words.allLabelled, { total: mangoes.length }),
    );
    hint.hidden = !(next && extended);
    question.hidden = choices.hidden = fillIn.hidden = !next;
    test.hidden = tested || known.length < ENOUGH_TO_TEST;
    test.dataset['variant'] = next ? 'secondary' : 'primary';
    score.hidden = results.hidden = !tested;

    const missed = wrong.some((id) => id === 'E' || id === 'F');
    addMissing.hidden = !tested || extended || Boolean(next) || !missed;
    if (tested && !next && extended) setText(advice, wrong.length ? words.notYet : words.filled);
    else if (tested && !next)
      setText(advice, missed ? words.missing : wrong.length ? words.notYet : '');
    else setText(advice, known.length === 0 ? words.noExamples : '');
    advice.hidden = advice.textContent === '';
    restart.hidden = known.length === 0;

    map.show({ examples: known, next, tested: tested ? newMangoes : [], wrong });
    showTicks();
  }

  function give(label: boolean) {
    const next = mangoes.find(({ id }) => !labels.has(id));
    if (!next) return;
    labels.set(next.id, label);
    const last = mangoes.every(({ id }) => labels.has(id));
    show();
    if (last) (test.hidden ? (addMissing.hidden ? restart : addMissing) : test).focus();
  }

  ready.addEventListener('click', () => give(true));
  notReady.addEventListener('click', () => give(false));
  fillIn.addEventListener('click', () => {
    for (const { id, expert } of mangoes) if (!labels.has(id)) labels.set(id, expert);
    show();
    (test.hidden ? restart : test).focus();
  });
  test.addEventListener('click', () => {
    tested = true;
    show();
    (addMissing.hidden ? (choices.hidden ? restart : ready) : addMissing).focus();
  });
  addMissing.addEventListener('click', () => {
    mangoes = [...trainingMangoes, ...missingMangoes];
    show();
    ready.focus();
  });
  restart.addEventListener('click', () => {
    labels.clear();
    mangoes = trainingMangoes;
    tested = false;
    changes.open = false;
    show();
    ready.focus();
  });

  root.classList.add('tam');
  root.replaceChildren(card, map.element, results, changes);
  show();
}

/** Leaves an unchanged text alone, so that a screen reader is not made to say it again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
