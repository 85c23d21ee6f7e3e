/**
 * A shared empty list, so that 100,000 idle hosts need not have one each. Not frozen: V8 allocates at every step of a
 * loop over a frozen list.
 */
export const EMPTY_LIST: readonly never[] = [];
