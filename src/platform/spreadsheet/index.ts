export { csv } from './csv';
export type { Cell, Column, Sheet } from './sheet';
export { xlsx } from './xlsx';
