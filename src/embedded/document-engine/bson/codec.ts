export { type Doc, has, nameOf, own, removeOwn, setOwn } from './doc';
export { decode } from './reader';
export { encode } from './writer';
