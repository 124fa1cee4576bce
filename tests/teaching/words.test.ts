import fc from 'fast-check';
import { compareHtml, compareWords, type Piece } from '../../src/modules/teaching/changes/words';

const told = (pieces: readonly Piece[]) =>
  pieces
    .map(({ kind, text }) =>
      kind === 'added' ? `+${text}+` : kind === 'removed' ? `-${text}-` : text,
    )
    .join('|');

test('words that changed stand beside those that stayed', () => {
  expect(told(compareWords('Take two steps now.', 'Take three small steps now.', 'en'))).toBe(
    'Take |-two-|+three small+| steps now.',
  );
});

test('Chinese and Tamil are compared by words as well', () => {
  expect(told(compareWords('我们今天学习人工智能。', '我们明天学习人工智能。', 'zh'))).toBe(
    '我们|-今天-|+明天+|学习人工智能。',
  );
  expect(told(compareWords('நான் இன்று படிக்கிறேன்.', 'நான் நாளை படிக்கிறேன்.', 'ta'))).toBe(
    'நான் |-இன்று-|+நாளை+| படிக்கிறேன்.',
  );
});

test('both texts can be read out of the pieces, whatever they are', () => {
  const words = fc
    .array(fc.constantFrom('one', 'two', 'three', 'four', '.', '。', '学习'), { maxLength: 30 })
    .map((list) => list.join(' '));
  fc.assert(
    fc.property(words, words, (before, after) => {
      const pieces = compareWords(before, after, 'en');
      const without = (kind: Piece['kind']) =>
        pieces
          .filter((piece) => piece.kind !== kind)
          .map(({ text }) => text)
          .join('');
      expect(without('added')).toBe(before);
      expect(without('removed')).toBe(after);
    }),
  );
});

test('of a lesson only the paragraphs that changed are told, without its tags', () => {
  const before =
    '<p>First.</p><p>Take <strong>two</strong> steps &amp; stop there.</p><p>Last.</p>';
  const after = '<p>First.</p><p>Take <em>three</em> steps &amp; stop there.</p><p>Last.</p>';
  expect(compareHtml(before, after, 'en').map(told)).toEqual([
    'Take |-two-|+three+| steps & stop there.',
  ]);
  expect(compareHtml('<p>Same.</p>', '<p class="x">Same.</p>', 'en')).toEqual([]);
});

test('a text that has little in common with the old one is shown whole', () => {
  expect(
    compareHtml('<p>Cats sleep.</p>', '<p>Rain fell over the hills.</p>', 'en').map(told),
  ).toEqual(['-Cats sleep.-', '+Rain fell over the hills.+']);
});
