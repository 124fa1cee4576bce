import {
  type Answer,
  AnswerQueue,
  outcomeOf,
  retryDelay,
  type Shelf,
} from '../../src/client/logic/answer-queue';
import { pollDelay } from '../../src/client/logic/poll-delay';
import { roomLeft } from '../../src/client/logic/room-left';
import { rootAttribute } from '../../src/client/logic/root-attribute';

const answer = (id: string, question = id): Answer => ({
  id,
  url: '/attempts/1/answers',
  question,
  fields: [['answer', id]],
  at: new Date().toISOString(),
});

function memory(text: string | null = null): Shelf {
  let kept = text;
  return {
    read: () => kept,
    write: (next) => {
      kept = next;
    },
  };
}

describe('answers on their way', () => {
  test('go in the order in which they were given and leave when they arrived', async () => {
    const queue = new AnswerQueue(memory());
    for (const id of ['a', 'b', 'c']) queue.add(answer(id));
    const sent: string[] = [];
    await queue.flush(async ({ id }) => {
      sent.push(id);
      return 'arrived';
    });
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(queue.waiting()).toEqual([]);
  });

  test('wait all when one has to wait', async () => {
    const queue = new AnswerQueue(memory());
    for (const id of ['a', 'b', 'c']) queue.add(answer(id));
    await queue.flush(async ({ id }) => (id === 'b' ? 'later' : 'arrived'));
    expect(queue.waiting().map(({ id }) => id)).toEqual(['b', 'c']);
  });

  test('make way for a later answer to the same question', () => {
    const queue = new AnswerQueue(memory());
    queue.add(answer('a', 'q1'));
    queue.add(answer('b', 'q2'));
    queue.add(answer('c', 'q1'));
    expect(queue.waiting().map(({ id }) => id)).toEqual(['b', 'c']);
  });

  test('given while others are sent are kept', async () => {
    const shelf = memory();
    const queue = new AnswerQueue(shelf);
    queue.add(answer('a', 'q1'));
    await queue.flush(async () => {
      new AnswerQueue(shelf).add(answer('b', 'q1'));
      return 'arrived';
    });
    expect(queue.waiting().map(({ id }) => id)).toEqual(['b']);
  });

  test('that are refused for good are given back', async () => {
    const queue = new AnswerQueue(memory());
    queue.add(answer('a'));
    expect((await queue.flush(async () => 'refused')).map(({ id }) => id)).toEqual(['a']);
    expect(queue.waiting()).toEqual([]);
  });

  test('of someone else stay, and keep nobody waiting', async () => {
    const queue = new AnswerQueue(memory());
    for (const id of ['theirs', 'mine']) queue.add(answer(id));
    await queue.flush(async ({ id }) => (id === 'mine' ? 'arrived' : 'other'));
    expect(queue.waiting().map(({ id }) => id)).toEqual(['theirs']);
  });

  test('are given up after thirty days', () => {
    const queue = new AnswerQueue(memory());
    queue.add(answer('a'));
    const day = 24 * 60 * 60 * 1000;
    expect(queue.waiting(Date.now() + 29 * day)).toHaveLength(1);
    expect(queue.waiting(Date.now() + 31 * day)).toHaveLength(0);
  });

  test('are sent again ever more patiently', () => {
    expect([0, 1, 20].map(retryDelay)).toEqual([5000, 8000, 60_000]);
  });

  test.each(['', 'not json', '{}', 'null'])('begin anew on a shelf that holds %j', (text) => {
    const queue = new AnswerQueue(memory(text));
    expect(queue.waiting()).toEqual([]);
    queue.add(answer('a'));
    expect(queue.waiting()).toHaveLength(1);
  });

  test.each([
    [200, 'arrived'],
    [204, 'arrived'],
    [303, 'arrived'],
    [400, 'refused'],
    [401, 'later'],
    [403, 'later'],
    [404, 'other'],
    [408, 'later'],
    [409, 'refused'],
    [410, 'refused'],
    [422, 'refused'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ])('status %i means %s', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome);
  });

  test('a redirect that was not followed means arrived', () => {
    expect(outcomeOf(0, true)).toBe('arrived');
  });
});

test('a waiting page asks every two seconds, later ever less often', () => {
  expect([1, 29, 30, 31, 60].map(pollDelay)).toEqual([2000, 2000, 3000, 4500, 30_000]);
});

test('the room for a text is told as left or too many', () => {
  expect(roomLeft(150, 200)).toEqual({ over: false, count: 50 });
  expect(roomLeft(203, 200)).toEqual({ over: true, count: 3 });
});

test('a preference changes an attribute of the page, or is left to the server', () => {
  expect(rootAttribute('theme', 'system')).toEqual(['data-color-scheme', 'auto']);
  expect(rootAttribute('theme', 'dark')).toEqual(['data-color-scheme', 'dark']);
  expect(rootAttribute('textSize', 'larger')).toEqual(['data-text-size', 'larger']);
  expect(rootAttribute('language', 'ta')).toBeUndefined();
});
