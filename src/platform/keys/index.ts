export { KeysError } from './errors';
export { createKeys, type Keys, keysSettings, type PublishedKey, type SigningKey } from './keyring';
export { countKeys, KEY_KINDS, type KeyKind } from './model';
