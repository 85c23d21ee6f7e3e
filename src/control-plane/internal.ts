/** What other modules of this package use, and the package does not export. */
export { EMPTY_NAME_MAP, mapValues, valueOf, withEntry, type NameMap } from './name-map.ts';
