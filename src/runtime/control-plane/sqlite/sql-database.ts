import { existsSync } from 'node:fs';
import { StoreProblem, type StoreProblemCode } from '../store.ts';

/** What the store needs of SQLite's interface. Both better-sqlite3 and libsql have it. */
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

/** How long a call waits for another process's lock. Short, because it blocks this process. */
const BUSY_TIMEOUT_MS = 250;

/**
 * Opens a database file. For writing, it is created if there is none.
 *
 * @throws StoreProblem if libsql is not installed, or the file cannot be opened.
 */
export async function openSqlite(path: string, mode: 'read-write' | 'read-only'): Promise<SqlDatabase> {
  const Database = await loadSqlite();
  // libsql has no read-only mode, and would create the file.
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

/** Loaded only when a database is opened: users who only embed the cores do not install it. */
async function loadSqlite(): Promise<OpenDatabase> {
  try {
    const loaded: { readonly default: unknown } = await import('libsql');
    // Safe: the package exports its class, and `SqlDatabase` is the part of it used here.
    return loaded.default as OpenDatabase;
  } catch (error) {
    const message = 'the package libsql, which is needed for databases, cannot be loaded';
    const remedy = 'Run `npm install libsql` next to nixfleet-statechart.';
    throw new StoreProblem('missing-package', { path: 'the database', message, remedy }, { cause: error });
  }
}

/** Explains an error of SQLite. */
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
  // If opening fails, libsql gives only the number.
  return /: 14\b/.test(text) ? 'SQLITE_CANTOPEN' : '';
}
