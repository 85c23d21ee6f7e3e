import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder beside the project with reference answers and real fleet files, which is not part of it. Mutation testing
 * works in a copy of the project elsewhere, and gives the folder's path.
 */
const folder = process.env['NIXFLEET_SHARED'] ?? fileURLToPath(new URL('../../../shared/', import.meta.url));

export const sharedFile = (path: string): string => join(folder, path);

export const hasSharedFile = (path: string): boolean => existsSync(sharedFile(path));

/** The values of a file with one JSON value per line. */
export const readSharedLines = (path: string): readonly unknown[] =>
  readFileSync(sharedFile(path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
