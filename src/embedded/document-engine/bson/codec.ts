export { type Doc, setOwn } from './doc';
export { decode } from './reader';
export { encode } from './writer';
