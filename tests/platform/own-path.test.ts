import fc from 'fast-check';
import { ownPath } from '../../src/platform/http';

describe('redirects stay on this site', () => {
  test.each(['/', '/learn', '/courses?q=data&page=2', '/learn/1/a#end'])('%p is kept', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    'learn',
    '',
    undefined,
    ['/learn'],
    `/${'a'.repeat(3_000)}`,
  ])('%p is refused', (path) => {
    expect(ownPath(path, '/home')).toBe('/home');
  });

  test('whatever comes in, a browser stays here', () => {
    const here = 'https://learn.example.org';
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
        ),
        (path) => {
          expect(new URL(ownPath(path), here).origin).toBe(here);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
