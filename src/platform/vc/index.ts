export { encodeList, LIST_LENGTH } from './bitstring';
export { CanonicalTemplates } from './canonize';
export { CREDENTIALS_V2, OPEN_BADGES_V3 } from './contexts';
export { addProof, hasValidProof, type Proof, timestamp } from './data-integrity';
export { didDocument, didOf, jwkSet, keyNameOf } from './did';
export { signJwt } from './jwt';
