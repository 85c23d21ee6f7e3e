import { existsSync } from 'node:fs';
import { StoreProblem, type StoreProblemCode } from '../store.ts';

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

/** How long a call waits for another process's lock. It blocks this process, so it is short. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Opens a database file. To be written, it is created if there is none.
 *
 * @throws StoreProblem if libsql is not installed, or the file cannot be opened.
 */
export async function openSqlite(path: string, mode: 'read-write' | 'read-only'): Promise<SqlDatabase> {
  const Database = await loadSqlite();
  // libsql knows no mode for reading alone, and would create the file.
  if (mode === 'read-only' && !existsSync(path)) {
    throw new StoreProblem('unusable', { path, message: 'there is no such file', remedy: 'Check the path.' });
  }
  try {
    const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    if (mode === 'read-only') database.exec('PRAGMA query_only = ON');
    return database;
  } catch (error) {
    throw storeProblem(path, error);
  }
}

type OpenDatabase = new (path: string, options: { readonly timeout: number }) => SqlDatabase;

/** Loaded where a database is opened, and nowhere else: who embeds only the cores does not install it. */
async function loadSqlite(): Promise<OpenDatabase> {
  try {
    const loaded: { readonly default: unknown } = await import('libsql');
    // The package exports its class, and `SqlDatabase` names the part of it that is used here.
    return loaded.default as OpenDatabase;
  } catch (error) {
    const message = 'the package libsql, which is needed for databases, cannot be loaded';
    const remedy = 'Run `npm install libsql` next to nixfleet-statechart.';
    throw new StoreProblem('missing-package', { path: 'the database', message, remedy }, { cause: error });
  }
}

/** What went wrong, with its remedy, whatever SQLite called it. */
export function storeProblem(path: string, error: unknown): StoreProblem {
  if (error instanceof StoreProblem) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = codeOf(error, text);
  const known = PROBLEMS.find(({ pattern }) => pattern.test(`${code} ${text}`));
  const { is, message, remedy } = known ?? {
    is: 'unusable' as const,
    message: `it cannot be used (${code === '' ? text : code})`,
    remedy: 'Check its path and permissions.',
  };
  return new StoreProblem(is, { path, message, remedy }, { cause: error });
}

const PROBLEMS: readonly {
  readonly pattern: RegExp;
  readonly is: StoreProblemCode;
  readonly message: string;
  readonly remedy: string;
}[] = [
  {
    pattern: /CORRUPT|malformed/i,
    is: 'damaged',
    message: 'this database is damaged',
    remedy: 'Restore a backup, or start with an empty one: the agents restore what matters.',
  },
  {
    pattern: /NOTADB|not a database/i,
    is: 'foreign',
    message: 'this is not a database of a control plane',
    remedy: 'Give the path of another file.',
  },
  {
    pattern: /BUSY|LOCKED|locked/,
    is: 'locked',
    message: 'another process has locked this database',
    remedy: 'Stop that process.',
  },
  { pattern: /FULL|disk is full/, is: 'full', message: 'the disk is full', remedy: 'Free some space.' },
  {
    pattern: /READONLY|readonly/,
    is: 'unusable',
    message: 'this database cannot be written',
    remedy: 'Check the permissions of the file and its folder.',
  },
];

function codeOf(error: unknown, text: string): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code !== '')
    return error.code;
  // libsql gives the number alone where opening fails.
  return /: 14\b/.test(text) ? 'SQLITE_CANTOPEN' : '';
}
