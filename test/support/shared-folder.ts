import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder beside the project that holds reference answers and real fleet files; it does not ship with it. */
const folder = new URL('../../../shared/', import.meta.url);

export const sharedFile = (path: string): string => fileURLToPath(new URL(path, folder));

export const hasSharedFile = (path: string): boolean => existsSync(sharedFile(path));

/** The values of a file that has one JSON value a line. */
export const readSharedLines = (path: string): readonly unknown[] =>
  readFileSync(sharedFile(path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
