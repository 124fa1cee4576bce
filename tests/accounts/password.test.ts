import fc from 'fast-check';
import {
  hashPassword,
  needsRehash,
  PASSWORD_MAX,
  PASSWORD_MIN,
  passwordFault,
  verifyPassword,
} from '../../src/modules/accounts/password';

const owner = { name: 'Siti Nurhaliza binte Osman', email: 'siti.osman@transport.example' };

describe('which passwords are good', () => {
  test.each([
    ['kettle orbit lantern moss', null],
    ['correct horse battery staple', null],
    ['ஒரு நல்ல கடவுச்சொல்', null],
    ['下午茶时间喝一杯热咖啡吧', null],
    ['T7#qv!mZ2p&L', null],
    ['eleven char', 'accounts.password.tooShort'],
    ['', 'accounts.password.tooShort'],
    ['x'.repeat(PASSWORD_MAX + 1), 'accounts.password.tooLong'],
    ['motherfucker', 'accounts.password.common'],
    ['Leavemealone', 'accounts.password.common'],
    ['Password1234!', 'accounts.password.common'],
    ['2026sunshine', 'accounts.password.common'],
    ['aaaaaaaaaaaaaa', 'accounts.password.common'],
    ['abcabcabcabc', 'accounts.password.common'],
    ['passwordpassword', 'accounts.password.common'],
    ['123456789012', 'accounts.password.common'],
    ['zyxwvutsrqponm', 'accounts.password.common'],
    ['098765432109', 'accounts.password.common'],
    ['Nurhaliza lantern', 'accounts.password.namesYou'],
    ['my siti.osman word', 'accounts.password.namesYou'],
    ['transport kettle', 'accounts.password.namesYou'],
  ])('%s', (password, fault) => {
    expect(passwordFault(password, owner)).toBe(fault);
  });

  test('a name of two Han characters counts, short latin words do not', () => {
    const person = { name: '陈小明', email: 'a@b.example' };
    expect(passwordFault('我叫陈小明今年四十二岁了', person)).toBe('accounts.password.namesYou');
    expect(passwordFault('a bus to the sea at noon', person)).toBeNull();
  });

  test('length is counted in characters and no rule asks for kinds of them', () => {
    const letters = fc.array(fc.constantFrom(...'bdfhjlnprtvxz'), {
      minLength: 0,
      maxLength: PASSWORD_MIN - 1,
    });
    fc.assert(
      fc.property(letters, (text) => {
        expect(passwordFault(text.join(''), owner)).toBe('accounts.password.tooShort');
      }),
    );
    expect(passwordFault('🚌🚂🚢🛵🚑🚒🚜🛻🚚🚗🚕🚙', owner)).toBeNull();
  });
});

describe('keeping passwords', () => {
  test('argon2id with the parameters of OWASP, and no two hashes alike', async () => {
    const [one, two] = await Promise.all([hashPassword('same words'), hashPassword('same words')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword(one, 'same words')).toBe(true);
    expect(await verifyPassword(one, 'same word')).toBe(false);
  });

  test('one text typed on two keyboards is one password', async () => {
    const kept = await hashPassword('caf\u00e9 at the corner');
    expect(await verifyPassword(kept, 'cafe\u0301 at the corner')).toBe(true);
    expect(await verifyPassword(kept, 'ｃａｆｅ\u0301 at the corner')).toBe(true);
  });

  test('nothing opens an account without a password', async () => {
    expect(await verifyPassword(null, '')).toBe(false);
    expect(await verifyPassword(undefined, 'an account that does not exist')).toBe(false);
  });

  test('weaker hashes of other times are known', async () => {
    expect(needsRehash(await hashPassword('some words'))).toBe(false);
    expect(needsRehash('$argon2id$v=19$m=4096,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA')).toBe(
      true,
    );
  });
});
