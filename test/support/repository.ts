import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot: string = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a file, by its path from the root of the repository. */
export function readText(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/** The files below a folder, as sorted paths from the root of the repository; none for a missing folder. */
export function filesBelow(folder: string, extension: RegExp): readonly string[] {
  const base = join(repositoryRoot, folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** The files that git tracks and that still exist: what others get. */
export function repositoryFiles(): readonly string[] {
  const listing = execFileSync('git', ['ls-files', '-z'], { cwd: repositoryRoot, encoding: 'utf8' });
  return listing.split('\0').filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
}
