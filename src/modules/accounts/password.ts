import { hash, parseOptions, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { invalidField } from '../../platform/errors';
import { normaliseEmail } from '../../shared/text';

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** OWASP Password Storage Cheat Sheet: argon2id (this library's default), 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** One password typed on two keyboards is one text (NIST SP 800-63B, 5.1.1.2: NFKC). */
const normalise = (password: string): string => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> =>
  hash(normalise(password), PARAMETERS);

let nobody: Promise<string> | undefined;

/**
 * True when `password` belongs to `passwordHash`. Without a hash the same work is done and the
 * answer is no, so that the time does not tell whether there is an account.
 */
export async function verifyPassword(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  nobody ??= hashPassword('an account that does not exist');
  const fits = await verify(passwordHash ?? (await nobody), normalise(password));
  return fits && typeof passwordHash === 'string';
}

/** True when the hash was made with weaker parameters than those of today. */
export function needsRehash(passwordHash: string): boolean {
  const { memoryCost, timeCost } = parseOptions(passwordHash);
  return memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost;
}

let commonPasswords: ReadonlySet<string> | undefined;

const isCommon = (text: string): boolean => {
  commonPasswords ??= new Set(dictionary['passwords-common']);
  return commonPasswords.has(text);
};

/** A short text over and over: abcabcabcabc. */
function isRepetition(text: string): boolean {
  const period = `${text}${text}`.indexOf(text, 1);
  return period <= text.length / 2;
}

/** Characters that follow each other in the code table: 123456789012, abcdefghijkl, and back. */
function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, i) => {
    const step = code - (codes[i] ?? 0);
    // 9 is followed by 0 on every keyboard.
    return step === -9 ? 1 : step === 9 ? -1 : step;
  });
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/** A common password with up to six other signs around it: Password1234!, 2026sunshine. */
function isDressedUp(text: string): boolean {
  const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return core.length >= text.length - 6 && isCommon(core);
}

function namesOwner(text: string, owner: { name: string; email: string }): boolean {
  const [local = '', domain = ''] = normaliseEmail(owner.email).split('@');
  const words = [
    local,
    ...local.split(/[._+-]/),
    domain.split('.')[0] ?? '',
    ...owner.name.normalize('NFKC').toLowerCase().split(/\s+/),
  ];
  // Han names have one or two characters: there shorter ones count.
  return words.some(
    (word) => word.length >= (/\p{Script=Han}/u.test(word) ? 2 : 4) && text.includes(word),
  );
}

/** The rule that the password breaks, as a locale key; null when it is good. */
export function passwordFault(
  password: string,
  owner: { name: string; email: string },
): string | null {
  const text = normalise(password);
  const { length } = [...text];
  if (length < PASSWORD_MIN) return 'accounts.password.tooShort';
  if (length > PASSWORD_MAX) return 'accounts.password.tooLong';
  const lower = text.toLowerCase();
  if (namesOwner(lower, owner)) return 'accounts.password.namesYou';
  if (isCommon(lower) || isDressedUp(lower) || isRepetition(lower) || isSequence(lower)) {
    return 'accounts.password.common';
  }
  return null;
}

/** @throws Invalid on `field` when the password breaks a rule. */
export function checkNewPassword(
  password: string,
  owner: { name: string; email: string },
  field = 'password',
): void {
  const fault = passwordFault(password, owner);
  if (fault) {
    throw invalidField(field, fault, { minimum: PASSWORD_MIN, maximum: PASSWORD_MAX });
  }
}
