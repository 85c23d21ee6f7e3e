import { controlPlaneCore, snapshotParts, type ControlPlaneInput, type SnapshotPart } from '../control-plane/index.ts';
import { runChecks, type PortCheck } from './ports/port-checks.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import { excerpt, isSameJson } from '../text/index.ts';
import { StoreConflict, type ControlPlaneStore, type LogEntry } from '../runtime/control-plane/internal.ts';

/** One database of the implementation under test. */
export interface StoreUnderTest {
  /**
   * Opens it. A later call finds what earlier ones wrote, as after a crash of the process. Stores that are already open
   * stay open.
   */
  readonly open: () => Promise<ControlPlaneStore>;
}

type Check = (database: StoreUnderTest) => Promise<void>;

/**
 * Checks an implementation of the control plane's store, with a new database for each check. It passes if no check
 * fails.
 *
 * @param fresh makes an empty database
 */
export async function storeConformance(fresh: () => Promise<StoreUnderTest>): Promise<readonly PortCheck[]> {
  return runChecks(CHECKS, fresh);
}

const CHECKS: Readonly<Record<string, Check>> = {
  'an empty store has nothing': async ({ open }) => {
    const store = await open();
    equal('snapshotSeqs', await store.snapshotSeqs(), []);
    equal('inputsAfter', await store.inputsAfter(0, 10), []);
    equal('events', await store.events({ limit: 10 }), []);
  },

  'inputs are returned unchanged, in order': async ({ open }) => {
    const store = await open();
    const entries = aLog();
    await store.append(0, entries.slice(0, 2));
    await store.append(2, entries.slice(2));
    equal(
      'all inputs',
      await store.inputsAfter(0, 100),
      entries.map(({ recorded }) => recorded),
    );
    equal(
      'two inputs after the first',
      (await store.inputsAfter(1, 2)).map(({ seq }) => seq),
      [2, 3],
    );
  },

  'appended entries survive the process': async ({ open }) => {
    const entries = aLog();
    await (await open()).append(0, entries);
    const again = await open();
    equal('inputs', (await again.inputsAfter(0, 100)).length, entries.length);
    equal('events', (await again.events({ limit: 1000 })).length, entries.flatMap(({ effects }) => effects).length);
  },

  'an append succeeds as a whole or not at all': async ({ open }) => {
    const store = await open();
    const [first, second] = twoEntries();
    const unwritable = { type: 'EmitMetric', name: 'a', labels: {}, value: 1, toJSON: refuse } as const;
    const broken: LogEntry = { ...second, effects: [unwritable] };
    await rejects('an append that fails midway', () => store.append(0, [first, broken]));
    equal('inputs', await store.inputsAfter(0, 10), []);
    equal('events', await store.events({ limit: 10 }), []);
    await store.append(0, [first]);
    equal('inputs after a good append', (await store.inputsAfter(0, 10)).length, 1);
  },

  'an append by an outdated control plane is refused': async ({ open }) => {
    const [first, second] = [await open(), await open()];
    const [one, two] = twoEntries();
    await first.append(0, [one]);
    const error = await rejects('the append of the other one', () => second.append(0, [one]));
    if (!(error instanceof StoreConflict)) throw new Error(`expected a StoreConflict, got ${String(error)}`);
    await rejects('an append that leaves one out', () => first.append(5, [two]));
    await second.append(1, [two]);
    equal(
      'inputs',
      (await first.inputsAfter(0, 10)).map(({ seq }) => seq),
      [1, 2],
    );
  },

  'a snapshot is returned unchanged': async ({ open }) => {
    const store = await open();
    const saved = aSnapshot(0);
    await store.saveSnapshot(saved);
    await expectSnapshot('the snapshot', store, saved);
    const other = { ...aSnapshot(0), at: 99, parts: saved.parts.slice(1) };
    await store.saveSnapshot(other);
    await expectSnapshot('the one in its place', await open(), other);
    equal('snapshotSeqs', await store.snapshotSeqs(), [0]);
  },

  'a snapshot that was cut short is never returned': async ({ open }) => {
    const store = await open();
    await store.append(0, aLog());
    const [kept, cut] = [aSnapshot(0), aSnapshot(1)];
    await store.saveSnapshot(kept);
    for (const { seq } of [kept, cut])
      await rejects('a snapshot that is cut short', () =>
        store.saveSnapshot({ ...cut, seq, parts: cutShort(cut.parts) }),
      );
    const again = await open();
    equal('snapshotSeqs', await again.snapshotSeqs(), [0]);
    await expectSnapshot('the one before', again, kept);
    await again.saveSnapshot(cut);
    await expectSnapshot('the second attempt', again, cut);
  },

  'an append after a snapshot without inputs continues from it': async ({ open }) => {
    const store = await open();
    const entries = aLog();
    await store.append(0, entries);
    await store.saveSnapshot(aSnapshot(entries.length));
    await store.prune({ snapshots: 1, eventsFrom: null });
    const next = { ...entries[0], recorded: { ...entries[0]?.recorded, seq: entries.length + 1 } };
    // The entry with another number.
    await store.append(entries.length, [next as LogEntry]);
    equal(
      'inputs',
      (await store.inputsAfter(entries.length, 10)).map(({ seq }) => seq),
      [entries.length + 1],
    );
  },

  'pruning keeps what a start needs and what the retention covers': async ({ open }) => {
    const store = await open();
    const entries = aLog();
    await store.saveSnapshot(aSnapshot(0));
    await store.append(0, entries);
    for (const seq of [1, 2, 3]) await store.saveSnapshot(aSnapshot(seq));
    await store.prune({ snapshots: 2, eventsFrom: null });
    equal('snapshotSeqs', await store.snapshotSeqs(), [2, 3]);
    equal(
      'inputs',
      (await store.inputsAfter(2, 100)).map(({ seq }) => seq),
      entries.slice(2).map(({ recorded }) => recorded.seq),
    );
    const all = (await store.events({ limit: 1000 })).length;
    equal('events without a limit', all, entries.flatMap(({ effects }) => effects).length);
    await store.prune({ snapshots: 0, eventsFrom: START + 2 });
    equal('the last snapshot', (await store.snapshotSeqs()).length, 1);
    equal(
      'events before the time',
      (await store.events({ limit: 1000 })).filter(({ at }) => at < START + 2),
      [],
    );
  },

  'the event log can be searched by rollout, host, type and position': async ({ open }) => {
    const store = await open();
    const entries = aLog();
    await store.append(0, entries);
    const all = await store.events({ limit: 1000 });
    const effects = entries.flatMap((entry) => entry.effects);
    equal(
      'all of them',
      all.map(({ effect }) => effect),
      effects,
    );
    const ids = all.map(({ id }) => id);
    if (ids.some((id, index) => index > 0 && id <= (ids[index - 1] ?? 0))) throw new Error('ids do not rise');
    equal(
      'newest first',
      (await store.events({ limit: 3, newestFirst: true })).map(({ id }) => id),
      ids.slice(-3).reverse(),
    );
    equal(
      'after an id',
      (await store.events({ after: ids[1] ?? 0, limit: 2 })).map(({ id }) => id),
      ids.slice(2, 4),
    );
    equal(
      'after an input',
      (await store.events({ afterInput: 1, limit: 1000 })).every(({ inputSeq }) => inputSeq > 1),
      true,
    );
    const ofHost = await store.events({ hostname: ODD_NAME, limit: 1000 });
    equal(
      'of a host',
      ofHost.map(({ effect }) => effect),
      effects.filter((effect) => 'host' in effect && effect.host === ODD_NAME),
    );
    const opened = await store.events({ rolloutId: 'stable@r1', types: ['OpenRollout'], limit: 10 });
    equal(
      'of a rollout and a type',
      opened.map(({ effect }) => effect.type),
      ['OpenRollout'],
    );
    equal('of a host that is not there', await store.events({ hostname: `x' OR '1'='1`, limit: 10 }), []);
  },
};

const START = 1_767_225_600_000;
/** Hosts can have any name. */
const ODD_NAME = `o'brien"; DROP TABLE events; -- \u00e9\u{1f6a2}\n`;

function aManifest(): RolloutManifest {
  const host = { wave: 0, staged: true, soakMinutes: 1 };
  return {
    rolloutId: 'stable@r1',
    channel: 'stable',
    channelRef: 'r1',
    policyName: 'policy',
    policy: { onHealthFailure: 'halt' },
    hosts: [
      { ...host, hostname: ODD_NAME, targetClosure: 'odd-r1' },
      { ...host, hostname: 'web-01', targetClosure: 'web-r1' },
    ],
    waves: [],
    edges: [],
    channelEdges: [],
    budgets: [],
    complianceMode: 'enforce',
    freshnessMinutes: 60,
  };
}

const INPUTS: readonly Exclude<ControlPlaneInput, { readonly type: 'DispatchPolled' }>[] = [
  { type: 'ManifestsVerified', rollouts: [aManifest()] },
  {
    type: 'HeartbeatReceived',
    isComplete: true,
    heartbeat: { hostname: ODD_NAME, rolloutId: null, currentClosure: 'old', at: START, rollouts: [], undelivered: [] },
  },
  {
    type: 'EventReceived',
    envelope: {
      hostname: ODD_NAME,
      rolloutId: 'stable@r1',
      event: { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: START, seq: 1 },
      signature: null,
    },
  },
  { type: 'PlanTick' },
  { type: 'OperatorCleared', rolloutId: 'stable@r1', operator: 'ada', reason: 'a reason' },
];

/** A small log, with the core's decisions. */
function aLog(): readonly LogEntry[] {
  const core = controlPlaneCore();
  let controlPlane = core.start();
  return INPUTS.map((input, index) => {
    const at = START + index;
    const handled = core.handle(controlPlane, input, at);
    controlPlane = handled.controlPlane;
    const signedAt = input.type === 'ManifestsVerified' ? START : null;
    return { recorded: { seq: index + 1, at, input, signedAt }, effects: handled.effects };
  });
}

function twoEntries(): readonly [LogEntry, LogEntry] {
  const [first, second] = aLog();
  if (first === undefined || second === undefined) throw new TypeError('The log has more than two inputs.');
  return [first, second];
}

interface KitSnapshot {
  readonly seq: number;
  readonly at: number;
  readonly parts: readonly SnapshotPart[];
}

/** The state after the first inputs of the log, stored as that after `seq`. */
function aSnapshot(seq: number): KitSnapshot {
  const core = controlPlaneCore();
  const [manifests] = INPUTS;
  if (manifests === undefined) throw new TypeError('The log has inputs.');
  const { controlPlane } = core.handle(core.start(), manifests, START);
  return { seq, at: START + seq, parts: [...snapshotParts(controlPlane)] };
}

async function* cutShort(parts: readonly SnapshotPart[]): AsyncGenerator<SnapshotPart, void> {
  yield* parts.slice(0, 2);
  throw new Error('The process ends here.');
}

async function expectSnapshot(what: string, store: ControlPlaneStore, saved: KitSnapshot): Promise<void> {
  const expected = structuredClone(saved);
  for (const attempt of [what, `${what}, read again`]) {
    const { seq, at, parts } = await store.snapshot(expected.seq);
    const found: SnapshotPart[] = [];
    for await (const part of parts) found.push(part);
    equal(attempt, { seq, at, parts: found }, expected);
    // Like a start, which assembles the state in place.
    for (const { body } of found) if (Array.isArray(body)) body.push('written by the reader');
  }
}

const MAX_SHOWN = 300;

function equal(what: string, found: unknown, expected: unknown): void {
  if (isSameJson(found, expected)) return;
  const [is, wanted] = [found, expected].map((value) => excerpt(JSON.stringify(value), MAX_SHOWN));
  throw new Error(`${what}: expected ${wanted}, found ${is}`);
}

async function rejects(what: string, work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error(`${what} should have been refused`);
}

function refuse(): never {
  throw new TypeError('This cannot be written.');
}
