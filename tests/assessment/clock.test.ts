import { clockText } from '../../src/client/logic/time-left';

test.each([
  [-5, '0:00'],
  [0, '0:00'],
  [1, '0:01'],
  [59_001, '1:00'],
  [65_000, '1:05'],
  [5_400_000, '90:00'],
])('%i milliseconds are %s', (milliseconds, text) => {
  expect(clockText(milliseconds)).toBe(text);
});
