import { whatIsShown, whenAnswersCome } from '../../src/modules/assessment/review-rules';
import { lineOf, segmentsOf, summaryOf } from '../../src/modules/assessment/view-models/texts';
import type { ReviewMoment } from '../../src/modules/catalogue';

const standing = (passed: boolean, attemptsLeft: number | null, open = false) => ({
  passed,
  attemptsLeft,
  open,
});

describe('what a review shows', () => {
  test.each<[ReviewMoment, boolean, ReturnType<typeof standing>]>([
    ['never', false, standing(true, 0)],
    ['after-attempt', true, standing(false, 2)],
    ['after-pass', false, standing(false, 2)],
    ['after-pass', false, standing(false, 0)],
    ['after-pass', true, standing(true, 2)],
    ['after-last-attempt', false, standing(true, 1)],
    ['after-last-attempt', false, standing(false, 0, true)],
    ['after-last-attempt', true, standing(false, 0)],
  ])('%s: %s', (moment, expected, at) => {
    const rules = { marks: moment, feedback: moment, answers: moment };
    expect(whatIsShown(rules, at)).toEqual({
      marks: expected,
      feedback: expected,
      answers: expected,
    });
  });

  test('each thing by its own rule', () => {
    const rules = { marks: 'never', feedback: 'after-attempt', answers: 'after-pass' } as const;
    expect(whatIsShown(rules, standing(false, null))).toEqual({
      marks: false,
      feedback: true,
      answers: false,
    });
  });

  test('right answers wait while another attempt is open', () => {
    const rules = { marks: 'never', feedback: 'never', answers: 'after-attempt' } as const;
    expect(whatIsShown(rules, standing(true, 2, true)).answers).toBe(false);
    expect(whenAnswersCome(rules, standing(true, 2, true))).toBe('open');
  });

  test.each<[ReviewMoment, ReturnType<typeof standing>, string | null]>([
    ['after-pass', standing(false, 1), 'after-pass'],
    ['after-pass', standing(false, null), 'after-pass'],
    ['after-pass', standing(false, 0), null],
    ['after-pass', standing(true, 0), null],
    ['after-last-attempt', standing(true, 1), 'after-last-attempt'],
    ['after-attempt', standing(false, 1), null],
    ['never', standing(false, 1), null],
  ])('right answers %s with %j come %s', (answers, at, expected) => {
    const rules = { marks: 'never', feedback: 'never', answers } as const;
    expect(whenAnswersCome(rules, at)).toBe(expected);
  });
});

describe('texts of questions', () => {
  test.each([
    ['<p>One <em>line</em></p>\n', 'One <em>line</em>'],
    ['<p>One</p>\n<p>Two</p>', null],
    ['<figure><img src="/x" alt="x"></figure>', null],
    ['<p>One</p><ul><li>Two</li></ul>', null],
  ])('%s on one line', (html, line) => {
    expect(lineOf(html)).toBe(line);
  });

  test('gaps keep their places', () => {
    expect(segmentsOf('<p>A [[a]], b [[b-2]].</p>')).toEqual([
      { html: '<p>A ' },
      { gapId: 'a' },
      { html: ', b ' },
      { gapId: 'b-2' },
      { html: '.</p>' },
    ]);
  });

  test.each([
    ['<p>What is <strong>it</strong>?</p>', 'What is it?'],
    ['<p>A [[a]].</p>', 'A ….'],
    ['<p>5 &lt; 6 &amp; &quot;so&quot; on</p>', '5 < 6 & "so" on'],
    ['<figure><img src="/x" alt="A map"></figure><p>Where?</p>', 'A map Where?'],
  ])('%s in words', (html, words) => {
    expect(summaryOf(html)).toBe(words);
  });
});
