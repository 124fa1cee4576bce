import { formatOf, LANGUAGES, negotiate, translatorOf } from '../../src/platform/i18n';
import { setClock } from '../../src/shared/clock';

describe('languages', () => {
  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['fr-FR,ta;q=0.5', 'ta'],
    ['en;q=0.1, ms-MY;q=0.9', 'ms'],
    ['zh;q=0, en', 'en'],
    ['*', 'en'],
    ['<script>;q=NaN', 'en'],
  ])('Accept-Language %p gives %p', (header, language) => {
    expect(negotiate(header)).toBe(language);
  });

  test('texts are filled by ICU rules in each language', () => {
    const waits = LANGUAGES.map((each) =>
      translatorOf(each)('platform.error.tooMany.text', { minutes: 1 }),
    );
    expect(waits[0]).toBe('Too many tries. Please wait 1 minute and try again.');
    expect(new Set(waits).size).toBe(LANGUAGES.length);
  });

  test('a missing text is a fault, not an empty page', () => {
    expect(() => translatorOf('en')('platform.nothing')).toThrow('platform.nothing');
  });
});

describe('dates and numbers', () => {
  const format = formatOf('en', 'Asia/Singapore');

  afterEach(() => setClock());

  test('a date belongs to the site’s time zone', () => {
    expect(format.date(new Date('2026-11-20T16:30:00Z'))).toBe('21 November 2026');
    expect(format.day(new Date('2026-11-20T12:00:00Z'))).toBe('20 November 2026');
  });

  test.each([
    [5, '5 mins'],
    [60, '1 hr'],
    [125, '2 hrs 5 mins'],
  ])('%p minutes are %p', (minutes, text) => {
    expect(format.minutes(minutes)).toBe(text);
  });

  test('how long ago', () => {
    setClock(() => new Date('2026-11-21T12:00:00Z'));
    expect(format.relative(new Date('2026-11-18T12:00:00Z'))).toBe('3 days ago');
    expect(format.relative(new Date('2026-11-21T11:59:50Z'))).toBe('this minute');
  });
});
