import { StoreProblem } from '../store.ts';

/** As much of SQLite's interface as the store needs; better-sqlite3 and libsql both have it. */
export interface SqlDatabase {
  readonly prepare: (sql: string) => SqlStatement;
  readonly exec: (sql: string) => unknown;
  readonly close: () => unknown;
}

export interface SqlStatement {
  readonly run: (...values: readonly SqlValue[]) => unknown;
  /** Rows as arrays, in the order of the columns. */
  readonly raw: (isRaw: boolean) => SqlStatement;
  readonly all: (...values: readonly SqlValue[]) => unknown[];
  readonly get: (...values: readonly SqlValue[]) => unknown;
}

export type SqlValue = string | number | null;

/** How long a call waits for somebody else's lock. The process stands still meanwhile, so it is short. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Opens a database file, which is created if there is none.
 *
 * @throws StoreProblem if libsql is not installed, or the file cannot be opened.
 */
export async function openSqlite(path: string, mode: 'read-write' | 'read-only'): Promise<SqlDatabase> {
  const Database = await loadSqlite();
  try {
    return new Database(path, { readonly: mode === 'read-only', timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw storeProblem(path, error);
  }
}

type OpenDatabase = new (
  path: string,
  options: { readonly readonly: boolean; readonly timeout: number },
) => SqlDatabase;

/** Loaded where a database is opened, and nowhere else: who embeds only the cores does not install it. */
async function loadSqlite(): Promise<OpenDatabase> {
  try {
    const loaded: { readonly default: unknown } = await import('libsql');
    // The package exports its class, and `SqlDatabase` names the part of it that is used here.
    return loaded.default as OpenDatabase;
  } catch (error) {
    const message =
      'The database needs the package libsql, which cannot be loaded: run `npm install libsql` next to nixfleet-statechart.';
    throw new StoreProblem('missing-package', message, error);
  }
}

/** What went wrong, in one sentence with its remedy, whatever SQLite called it. */
export function storeProblem(path: string, error: unknown): StoreProblem {
  if (error instanceof StoreProblem) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error, text);
  const at = (message: string): string => `The database ${path} ${message}`;
  if (/CORRUPT|malformed/i.test(`${code} ${text}`))
    return new StoreProblem('damaged', at('is damaged: restore a backup, or start with an empty one.'), error);
  if (/NOTADB|not a database/i.test(`${code} ${text}`))
    return new StoreProblem(
      'foreign',
      at('is not a database of a control plane: give the path of another file.'),
      error,
    );
  if (/BUSY|LOCKED|locked/.test(`${code} ${text}`))
    return new StoreProblem('locked', at('is locked by another process: stop that one first.'), error);
  if (/FULL|disk is full/.test(`${code} ${text}`))
    return new StoreProblem('full', at('cannot grow: the disk is full. Make room there.'), error);
  if (/READONLY|readonly/.test(`${code} ${text}`))
    return new StoreProblem(
      'unusable',
      at('cannot be written: check the permissions of the file and its folder.'),
      error,
    );
  return new StoreProblem(
    'unusable',
    at(`cannot be used (${code === '' ? text : code}): check its path and permissions.`),
    error,
  );
}

function codeOf(error: unknown, text: string): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code !== '')
    return error.code;
  // libsql gives the number alone where opening fails.
  return text.endsWith(': 14') ? 'SQLITE_CANTOPEN' : '';
}
