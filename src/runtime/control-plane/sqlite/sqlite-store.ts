import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ControlPlaneEffect, SnapshotPart } from '../../../control-plane/index.ts';
import { decodeInput, encodeInput, type RecordedInput } from '../recorded-input.ts';
import {
  StoreConflict,
  StoreProblem,
  type ControlPlaneStore,
  type EventQuery,
  type LogEntry,
  type Retention,
  type StoredEvent,
  type StoredSnapshot,
} from '../store.ts';
import { migrate, versionOf } from './migrations.ts';
import { openSqlite, storeProblem, type SqlDatabase, type SqlValue } from './sql-database.ts';

/** Rows deleted in one transaction: a few milliseconds of work. A part of a snapshot takes some 25 pages. */
const ROWS_PER_PRUNE = 1000;
const PARTS_PER_PRUNE = 20;
const RESTORE = 'Restore a backup, or start with an empty one: the agents restore what matters.';

/**
 * The built-in store: one SQLite file. A commit is on disk when it returns.
 *
 * @param path `:memory:` for a store that lasts as long as the process
 * @throws StoreProblem if the file cannot be used; it is then left as it was.
 */
export async function sqliteStore(path: string): Promise<ControlPlaneStore> {
  const database = await openSqlite(path, 'read-write');
  try {
    migrate(database, path);
    // The version comes first: nothing is written to a file that is not ours.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    return storeOn(database, path);
  } catch (error) {
    database.close();
    throw storeProblem(path, error);
  }
}

/**
 * Opens a database read-only, even one of a running control plane.
 *
 * @throws StoreProblem if the file cannot be read.
 */
export async function readSqliteStore(path: string): Promise<ControlPlaneStore> {
  const database = await openSqlite(path, 'read-only');
  try {
    if (versionOf(database, path) === 0) {
      const remedy = 'Give the database of a control plane.';
      throw new StoreProblem('foreign', { path, message: 'this database is empty', remedy });
    }
    return storeOn(database, path);
  } catch (error) {
    database.close();
    throw storeProblem(path, error);
  }
}

function storeOn(database: SqlDatabase, path: string): ControlPlaneStore {
  const guarded = <Args extends readonly unknown[], Value>(work: (...args: Args) => Value) => {
    return (...args: Args): Value => {
      try {
        return work(...args);
      } catch (error) {
        throw error instanceof StoreConflict ? error : storeProblem(path, error);
      }
    };
  };
  const rows = (sql: string, ...values: readonly SqlValue[]): readonly Row[] =>
    statement(sql)
      .all(...values)
      .map(rowOf);
  const run = (sql: string, ...values: readonly SqlValue[]): void => void statement(sql).run(...values);
  const statements = new Map<string, ReturnType<SqlDatabase['prepare']>>();
  const statement = (sql: string) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = database.prepare(sql);
    // Statements that return rows return them as arrays.
    if (/^\s*SELECT/i.test(sql)) prepared.raw(true);
    statements.set(sql, prepared);
    return prepared;
  };
  const transaction = (work: () => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      rollBack(database);
      throw error;
    }
  };

  function append(after: number, entries: readonly LogEntry[]): void {
    transaction(() => {
      const newest = newestSeq();
      if (newest !== after) {
        throw new StoreConflict(
          `The database ${path} ends at input ${newest} where ${after} was expected: another control plane writes to it.`,
        );
      }
      for (const { recorded, effects } of entries) {
        const { seq, at, input, signedAt } = recorded;
        run('INSERT INTO inputs (seq, at, body) VALUES (?, ?, ?)', seq, at, encodeInput(input, signedAt));
        for (const effect of effects) {
          const { rolloutId, hostname, seq: eventSeq } = placeOf(effect);
          run(INSERT_EVENT, seq, at, effect.type, rolloutId, hostname, eventSeq, JSON.stringify(effect));
        }
      }
    });
  }

  /** The start of the log, or of the newest snapshot if the inputs before it are gone. */
  function newestSeq(): number {
    const [row] = rows(
      'SELECT max(coalesce((SELECT max(seq) FROM inputs), 0), coalesce((SELECT max(seq) FROM snapshots), 0))',
    );
    return row === undefined ? 0 : numberAt(row, 0);
  }

  function inputsAfter(seq: number, limit: number): readonly RecordedInput[] {
    return rows('SELECT seq, at, body FROM inputs WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit).map((row) => {
      const read = decodeInput(JSON.parse(textAt(row, 2)));
      if (!read.ok) {
        const [problem] = read.problems;
        const message = `input ${numberAt(row, 0)} cannot be read (${problem?.path}: ${problem?.message})`;
        throw damaged(message);
      }
      return { seq: numberAt(row, 0), at: numberAt(row, 1), input: read.input, signedAt: read.signedAt };
    });
  }

  function snapshotSeqs(): readonly number[] {
    return rows('SELECT seq FROM snapshots ORDER BY seq').map((row) => numberAt(row, 0));
  }

  function snapshot(seq: number): StoredSnapshot {
    const [row] = rows('SELECT at, parts FROM snapshots WHERE seq = ?', seq);
    if (row === undefined) throw new RangeError(`There is no snapshot ${seq}.`);
    return { seq, at: numberAt(row, 0), parts: partsOf(seq, numberAt(row, 1)) };
  }

  function* partsOf(seq: number, count: number): Generator<SnapshotPart, void> {
    // Rows are read on demand, long after `snapshot` has returned.
    for (let part = 0; part < count; part += 1) yield guarded(() => partAt(seq, part))();
  }

  function partAt(seq: number, part: number): SnapshotPart {
    const [row] = rows('SELECT path, body FROM snapshot_parts WHERE seq = ? AND part = ?', seq, part);
    if (row === undefined) throw damaged(`part ${part} of snapshot ${seq} is missing`);
    try {
      // `savePart` wrote both.
      return { path: JSON.parse(textAt(row, 0)) as SnapshotPart['path'], body: JSON.parse(textAt(row, 1)) as unknown };
    } catch (error) {
      throw damaged(`part ${part} of snapshot ${seq} cannot be read`, error);
    }
  }

  function damaged(message: string, cause?: unknown): StoreProblem {
    return new StoreProblem('damaged', { path, message, remedy: RESTORE }, { cause });
  }

  async function saveSnapshot(saved: StoredSnapshot): Promise<void> {
    if (guarded(snapshotSeqs)().includes(saved.seq)) return replaceSnapshot(saved);
    const { seq, at, parts } = saved;
    // Only the row in `snapshots` completes a snapshot. One that was cut short has none, and is overwritten.
    guarded(() => run('DELETE FROM snapshot_parts WHERE seq = ?', seq))();
    let count = 0;
    for await (const part of parts) guarded(() => withoutSync(() => savePart(seq, count++, part)))();
    // This commit also puts the parts on disk.
    guarded(() => run('INSERT INTO snapshots (seq, at, parts) VALUES (?, ?, ?)', seq, at, count))();
  }

  /** In one transaction, so that either the old or the new one is there. Rare: a start with another configuration. */
  async function replaceSnapshot({ seq, at, parts }: StoredSnapshot): Promise<void> {
    const all: SnapshotPart[] = [];
    for await (const part of parts) all.push(part);
    guarded(() =>
      transaction(() => {
        run('DELETE FROM snapshot_parts WHERE seq = ?', seq);
        for (const [index, part] of all.entries()) savePart(seq, index, part);
        run('UPDATE snapshots SET at = ?, parts = ? WHERE seq = ?', at, all.length, seq);
      }),
    )();
  }

  function savePart(seq: number, index: number, { path: place, body }: SnapshotPart): void {
    const sql = 'INSERT INTO snapshot_parts (seq, part, path, body) VALUES (?, ?, ?, ?)';
    run(sql, seq, index, JSON.stringify(place), JSON.stringify(body));
  }

  function withoutSync(work: () => void): void {
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      work();
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
  }

  async function prune({ snapshots, eventsFrom }: Retention): Promise<void> {
    const kept = guarded(() => rows('SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?', Math.max(1, snapshots)))();
    const oldest = kept.at(-1);
    const deletions: (readonly [table: string, condition: string, limit: number, atOnce: number])[] = [];
    if (oldest !== undefined) {
      const seq = numberAt(oldest, 0);
      deletions.push(['snapshots', 'seq < ?', seq, ROWS_PER_PRUNE], ['inputs', 'seq <= ?', seq, ROWS_PER_PRUNE]);
      deletions.push(['snapshot_parts', 'seq < ?', seq, PARTS_PER_PRUNE]);
    }
    if (eventsFrom !== null) deletions.push(['events', 'at < ?', eventsFrom, ROWS_PER_PRUNE]);
    for (const [table, condition, limit, atOnce] of deletions) {
      const some = `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT ${atOnce})`;
      while (guarded(() => changesOf(statement(some).run(limit)))() > 0) await nextTurn();
    }
  }

  function events(query: EventQuery): readonly StoredEvent[] {
    const { conditions, values } = conditionsOf(query);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const order = query.newestFirst === true ? 'DESC' : 'ASC';
    // As one text, because libsql takes longer to create a row than SQLite to find it. JSON has no line breaks.
    const line = "id || ' ' || input_seq || ' ' || at || ' ' || body";
    const found = `SELECT id, input_seq, at, body FROM events ${where} ORDER BY id ${order} LIMIT ?`;
    const [row] = rows(
      `SELECT group_concat(${line}, char(10) ORDER BY id ${order}) FROM (${found})`,
      ...values,
      query.limit,
    );
    return row?.[0] === null || row === undefined ? [] : textAt(row, 0).split('\n').map(storedLine);
  }

  return {
    append: guarded(append),
    inputsAfter: guarded(inputsAfter),
    snapshotSeqs: guarded(snapshotSeqs),
    snapshot: guarded(snapshot),
    saveSnapshot,
    prune,
    events: guarded(events),
    close: () => closeDatabase(database),
  };
}

const INSERT_EVENT =
  'INSERT INTO events (input_seq, at, type, rollout_id, hostname, seq, body) VALUES (?, ?, ?, ?, ?, ?, ?)';

const NEWEST_INPUT = 'SELECT max(input_seq) FROM events WHERE input_seq <= ?';

function conditionsOf({ rolloutId, hostname, types, afterInput, after }: EventQuery): {
  readonly conditions: readonly string[];
  readonly values: readonly SqlValue[];
} {
  const parts: readonly (readonly [condition: string, value: SqlValue | undefined])[] = [
    ['rollout_id = ?', rolloutId],
    ['hostname = ?', hostname],
    // With `input_seq > ?`, SQLite would sort the whole rest of the log by id. Ids and inputs rise together.
    [`id > coalesce((SELECT max(id) FROM events WHERE input_seq = (${NEWEST_INPUT})), 0)`, afterInput],
    ['id > ?', after],
    ['type IN (SELECT value FROM json_each(?))', types === undefined ? undefined : JSON.stringify(types)],
  ];
  const given = parts.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  return { conditions: given.map(({ condition }) => condition), values: given.map(({ value }) => value) };
}

/** A line of the event log. Its effect is decoded on demand. */
class StoredLine implements StoredEvent {
  readonly id: number;
  readonly inputSeq: number;
  readonly at: number;
  readonly json: string;

  constructor(id: number, inputSeq: number, at: number, json: string) {
    this.id = id;
    this.inputSeq = inputSeq;
    this.at = at;
    this.json = json;
  }

  get effect(): ControlPlaneEffect {
    // `append` wrote it.
    return JSON.parse(this.json) as ControlPlaneEffect;
  }
}

function storedLine(line: string): StoredLine {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  const third = line.indexOf(' ', second + 1);
  return new StoredLine(
    Number(line.slice(0, first)),
    Number(line.slice(first + 1, second)),
    Number(line.slice(second + 1, third)),
    line.slice(third + 1),
  );
}

type Row = readonly unknown[];

function rowOf(row: unknown): Row {
  if (!Array.isArray(row)) throw new TypeError('Expected a row as an array.');
  return row;
}

function numberAt(row: Row, column: number): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`Expected a number in column ${column}.`);
  return value;
}

function textAt(row: Row, column: number): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`Expected a text in column ${column}.`);
  return value;
}

function changesOf(result: unknown): number {
  const isResult = typeof result === 'object' && result !== null && 'changes' in result;
  return isResult && typeof result.changes === 'number' ? result.changes : 0;
}

/** After some failures, such as a full disk, SQLite has rolled back already. */
function rollBack(database: SqlDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // There was nothing left to roll back.
  }
}

/** Writes everything to the one file, so that it can be copied as a backup. */
function closeDatabase(database: SqlDatabase): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // It was opened read-only, or another process reads it: the write-ahead log stays beside the file.
  }
  database.close();
}

/** What an effect concerns: the columns by which the event log is searched. */
interface EventPlace {
  readonly rolloutId: string | null;
  readonly hostname: string | null;
  /** The number of the agent's event, if any. */
  readonly seq: number | null;
}

function placeOf(effect: ControlPlaneEffect): EventPlace {
  switch (effect.type) {
    case 'RemoteAppendEventLog':
    case 'SynthesizeEvent':
    case 'AppendUnappliedEvent':
      return { rolloutId: effect.rolloutId, hostname: effect.host, seq: effect.payload.seq };
    case 'RemoteQueueDispatch':
    case 'RemoteOpenRolloutRecord':
    case 'RecordTransition':
    case 'QueueDispatch':
    case 'DeferDispatch':
    case 'WithdrawDispatch':
      return { rolloutId: effect.rolloutId, hostname: effect.host, seq: null };
    case 'TakeOverRecord':
      return { rolloutId: effect.rolloutId, hostname: effect.host, seq: effect.record.lastEventSeq };
    case 'RecordRolloutTransition':
    case 'UpdateCurrentWave':
    case 'SchedulePruning':
    case 'OpenRollout':
    case 'AdvanceWave':
    case 'WaveWithoutHosts':
    case 'AppendRolloutEvent':
      return { rolloutId: effect.rolloutId, hostname: null, seq: null };
    case 'HostUnreachable':
    case 'HostReachable':
      return { rolloutId: null, hostname: effect.host, seq: null };
    case 'EmitLog':
      return {
        rolloutId: textField(effect.fields['rolloutId']),
        hostname: textField(effect.fields['host']),
        seq: typeof effect.fields['seq'] === 'number' ? effect.fields['seq'] : null,
      };
    case 'RemoteInsertQuarantine':
    case 'InsertQuarantineFromRollout':
    case 'EmitMetric':
      return { rolloutId: null, hostname: null, seq: null };
  }
}

function textField(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
