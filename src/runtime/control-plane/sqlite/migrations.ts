import { StoreProblem } from '../store.ts';
import type { SqlDatabase } from './sql-database.ts';

/** Marks a file as a database of a control plane: "nixf". */
const APPLICATION_ID = 0x6e697866;

/**
 * Each entry brings a database from one version to the next, starting with an empty file. Never change a released
 * entry: add another one. docs/operating.md describes the columns.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE inputs (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    input_seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    rollout_id TEXT,
    hostname TEXT,
    seq INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_input ON events (input_seq);
  CREATE INDEX events_by_rollout ON events (rollout_id, id);
  CREATE INDEX events_by_host ON events (hostname, id);
  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
  CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    parts INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE snapshot_parts (
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (seq, part)
  ) STRICT;
  `,
];

const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings a database to the version of this build, in one transaction.
 *
 * @throws StoreProblem if a newer build has written it, or it belongs to another program. It is then left unchanged.
 */
export function migrate(database: SqlDatabase, path: string): void {
  const version = versionOf(database, path);
  if (version === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    for (const statements of MIGRATIONS.slice(version)) database.exec(statements);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * The version of a database that this build can read; 0 for an empty file.
 *
 * @throws StoreProblem as {@link migrate} does.
 */
export function versionOf(database: SqlDatabase, path: string): number {
  const application = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  if (version > SCHEMA_VERSION && application === APPLICATION_ID) {
    throw new StoreProblem('newer-version', {
      path,
      message: `this database has version ${version}, but this build only reads versions up to ${SCHEMA_VERSION}`,
      remedy: 'Start the newer build that wrote it, or restore a backup.',
    });
  }
  const isEmpty = application === 0 && version === 0 && pragma(database, 'schema_version') === 0;
  if (application !== APPLICATION_ID && !isEmpty) {
    const message = 'this database belongs to another program';
    throw new StoreProblem('foreign', { path, message, remedy: 'Give the path of another file.' });
  }
  return version;
}

function pragma(database: SqlDatabase, name: string): number {
  const [row] = database.prepare(`PRAGMA ${name}`).raw(true).all();
  const [value] = Array.isArray(row) ? row : [];
  if (typeof value !== 'number') throw new TypeError(`PRAGMA ${name} did not give a number.`);
  return value;
}
