import { z } from 'zod';
import { Invalid } from '../../src/platform/errors';
import { parseInput } from '../../src/platform/http';
import { formAgain } from '../../src/platform/http/forms';

const Form = z.object({
  name: z.string().trim().min(1).max(10),
  email: z.email(),
  age: z.coerce.number().min(16).max(99),
  level: z.enum(['low', 'high']),
  password: z.string().min(12),
});

const good = {
  name: 'Mei',
  email: 'mei@example.org',
  age: '40',
  level: 'low',
  password: 'a long enough one',
};

const faultsOf = (input: unknown): Record<string, string> => {
  try {
    parseInput(Form, input);
    return {};
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return Object.fromEntries(error.faults.map(({ field, messageKey }) => [field, messageKey]));
  }
};

describe('a form', () => {
  test('that fits is parsed', () => {
    expect(parseInput(Form, good)).toEqual({ ...good, age: 40 });
  });

  test.each<[Record<string, unknown>, Record<string, string>]>([
    [{ name: '' }, { name: 'platform.form.required' }],
    [{ name: undefined }, { name: 'platform.form.required' }],
    [{ name: 'x'.repeat(11) }, { name: 'platform.form.tooLong' }],
    [{ email: 'mei' }, { email: 'platform.form.email' }],
    [{ age: '7' }, { age: 'platform.form.tooSmall' }],
    [{ age: '700' }, { age: 'platform.form.tooBig' }],
    [{ level: 'other' }, { level: 'platform.form.choose' }],
    [{ password: 'short' }, { password: 'platform.form.tooShort' }],
    [{ name: ['a', 'b'] }, { name: 'platform.form.invalid' }],
    [
      { name: '', email: '' },
      { name: 'platform.form.required', email: 'platform.form.email' },
    ],
  ])('with %j names each fault once', (change, faults) => {
    expect(faultsOf({ ...good, ...change })).toEqual(faults);
  });

  test('shown again keeps what was typed, but no password and no token', () => {
    const again = formAgain(
      { ...good, newPassword: 'secret', _csrf: 'token' },
      new Invalid([{ field: 'name', messageKey: 'platform.form.required', values: {} }]),
    );
    expect(again.values).toEqual({
      name: 'Mei',
      email: 'mei@example.org',
      age: '40',
      level: 'low',
    });
    expect(again.faults).toHaveLength(1);
  });
});
