import {
  missingMangoes,
  newMangoes,
  skin,
  third,
  trainingMangoes,
} from '../../src/client/figures/mangoes';
import { classify, readyArea } from '../../src/client/figures/nearest-neighbour';
import { fill, texts, textsFor } from '../../src/client/figures/train-a-model-texts';

const asFarahLabels = (mangoes: typeof trainingMangoes) =>
  mangoes.map(({ x, y, expert }) => ({ x, y, ready: expert }));

const wrongOnes = (examples: Parameters<typeof classify>[0]) =>
  newMangoes.filter((mango) => classify(examples, mango) !== mango.ripe).map(({ id }) => id);

describe('the model of the mango figure', () => {
  test('knows nothing without examples', () => {
    expect(classify([], { x: 0.5, y: 0.5 })).toBeUndefined();
    expect(readyArea([], 320, 64)).toBe('');
  });

  test('copies the nearest example, the earlier one when two are equally near', () => {
    const examples = [
      { x: 0, y: 0.5, ready: false },
      { x: 1, y: 0.5, ready: true },
    ];
    expect(classify(examples, { x: 0.4, y: 0.9 })).toBe(false);
    expect(classify(examples, { x: 0.6, y: 0.1 })).toBe(true);
    expect(classify(examples, { x: 0.5, y: 0.5 })).toBe(false);
    expect(classify([...examples].reverse(), { x: 0.5, y: 0.5 })).toBe(true);
  });

  test('colours the whole map after a single example', () => {
    expect(readyArea([{ x: 0.1, y: 0.1, ready: true }], 4, 2)).toBe('M0 0h2v4h-2zM2 0h2v4h-2z');
    expect(readyArea([{ x: 0.1, y: 0.1, ready: false }], 4, 2)).toBe('');
  });

  test('draws soft at the top and yellow at the right', () => {
    const softIsReady = [
      { x: 0.5, y: 0.9, ready: true },
      { x: 0.5, y: 0.1, ready: false },
    ];
    expect(readyArea(softIsReady, 4, 2)).toBe('M0 0h2v2h-2zM2 0h2v2h-2z');
    const yellowIsReady = [
      { x: 0.9, y: 0.5, ready: true },
      { x: 0.1, y: 0.5, ready: false },
    ];
    expect(readyArea(yellowIsReady, 4, 2)).toBe('M2 0h2v4h-2z');
  });

  test('a column with two separate parts gives both', () => {
    const examples = [
      { x: 0.5, y: 0.9, ready: true },
      { x: 0.5, y: 0.5, ready: false },
      { x: 0.5, y: 0.1, ready: true },
    ];
    expect(readyArea(examples, 3, 3)).toContain('M1 0h1v1h-1zM1 2h1v1h-1z');
  });
});

describe('the story of the lesson', () => {
  test('with sensible labels the green soft mangoes E and F are sorted wrongly, no others', () => {
    expect(wrongOnes(asFarahLabels(trainingMangoes))).toEqual(['E', 'F']);
  });

  test('E and F stay wrong whatever the learner decides about the doubtful ones', () => {
    const doubtful = trainingMangoes.filter(({ x, y }) => third(x) === 1 && third(y) === 1);
    expect(doubtful.length).toBeGreaterThan(0);
    for (const ready of [true, false]) {
      const examples = trainingMangoes.map((mango) => ({
        ...mango,
        ready: doubtful.includes(mango) ? ready : mango.expert,
      }));
      expect(wrongOnes(examples)).toEqual(['E', 'F']);
    }
  });

  test('more yellow mangoes do not help; three of the missing kind do', () => {
    const before = asFarahLabels(trainingMangoes);
    const yellow = Array.from({ length: 1000 }, (_, index) => ({
      x: 0.7 + (index % 30) / 100,
      y: 0.7 + (index % 29) / 100,
      ready: true,
    }));
    expect(wrongOnes([...before, ...yellow])).toEqual(['E', 'F']);
    expect(wrongOnes([...before, ...asFarahLabels(missingMangoes)])).toEqual([]);
  });

  test('no training mango is green and soft, and each id is used once', () => {
    const greenAndSoft = ({ x, y }: { x: number; y: number }) => third(x) === 0 && third(y) === 2;
    expect(trainingMangoes.filter(greenAndSoft)).toEqual([]);
    expect(missingMangoes.every(greenAndSoft)).toBe(true);
    const ids = [...trainingMangoes, ...missingMangoes, ...newMangoes].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('thirds and colours', () => {
    expect([0, 0.34, 0.35, 0.64, 0.65, 1].map(third)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(skin(0)).toBe('rgb(104 148 62)');
    expect(skin(1)).toBe('rgb(250 196 66)');
    expect(skin(7)).toBe(skin(1));
  });
});

describe('the words of the figure', () => {
  test('each language has the same values to fill in as English', () => {
    const names = (text: string | readonly string[]) =>
      [...`${text}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    for (const [language, words] of Object.entries(texts)) {
      for (const [key, text] of Object.entries(texts.en)) {
        const own = words[key as keyof typeof words];
        expect([language, key, ...names(own)]).toEqual([language, key, ...names(text)]);
        expect(own.length).toBeGreaterThan(0);
      }
    }
  });

  test('a language tag finds its language; an unknown one gets English', () => {
    expect(textsFor('zh-SG')).toBe(texts.zh);
    expect(textsFor('TA')).toBe(texts.ta);
    expect(textsFor('fr')).toBe(texts.en);
    expect(textsFor('constructor')).toBe(texts.en);
  });

  test('values take the place of names, each time they stand', () => {
    expect(fill('{a} and {b} and {a}', { a: 1, b: 'two' })).toBe('1 and two and 1');
    expect(fill('{a} {c}', { a: 1 })).toBe('1 {c}');
  });
});
