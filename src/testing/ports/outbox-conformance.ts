import type { Outbox, OutboxContents } from '../../runtime/agent/internal.ts';
import { decodeOutboxEntry, decodeOutboxHeader, encodeOutboxEntry, encodeOutboxHeader } from '../../wire/index.ts';
import type { OutboxEntry, OutboxHeader } from '../../wire/index.ts';
import { byCodeUnit } from '../../text/index.ts';
import { refuses, runChecks, same, type PortCheck } from './port-checks.ts';
import { runAndKill } from './run-and-kill.ts';

/** An implementation of the agent's outbox. */
export interface OutboxUnderTest {
  /**
   * A module that Node can import, with `makeOutbox(folder): Outbox`. Other processes import it too, and are killed.
   */
  readonly module: URL;
  /** Makes a new folder, in which the outbox keeps everything. */
  readonly makeFolder: () => string;
}

interface Subject {
  readonly module: URL;
  readonly folder: string;
  readonly make: () => Outbox;
}

/**
 * Checks an agent's outbox (specification: agent, rules 4 and 11), also with its process killed between any two writes.
 * It passes if no check fails.
 */
export async function outboxConformance({ module, makeFolder }: OutboxUnderTest): Promise<readonly PortCheck[]> {
  // Safe: the module must export this.
  const { makeOutbox } = (await import(module.href)) as { readonly makeOutbox: (folder: string) => Outbox };
  return runChecks(CHECKS, () => {
    const folder = makeFolder();
    return { module, folder, make: () => makeOutbox(folder) };
  });
}

type Write =
  | { readonly call: 'append'; readonly entry: OutboxEntry }
  | { readonly call: 'remove'; readonly rolloutId: string; readonly seq: number }
  | { readonly call: 'writeHeader'; readonly header: OutboxHeader }
  | { readonly call: 'removeHeader'; readonly rolloutId: string };

/** Calls the outbox like an agent, and dies without closing it. */
const WRITE_AND_DIE = `
const outbox = module.makeOutbox(args[0]);
await outbox.open();
for (const [call, ...values] of JSON.parse(args[1])) await outbox[call](...values);
process.kill(process.pid, 'SIGKILL');
`;

const ROLLOUT = 'stable@one';

function entryOf(seq: number, durable: boolean, rolloutId: string = ROLLOUT): OutboxEntry {
  const observedAt = '2026-01-01T00:00:00Z';
  const kind = durable ? 'ProbeFailureFirst' : 'ProbeObservedFirst';
  const event = { kind, probeName: 'http "ü"\n', mode: 'enforce', observedAt, firstFailedAt: observedAt, seq };
  const read = decodeOutboxEntry({ rolloutId, event, durable });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

function headerOf(numberedTo: number, rolloutId: string = ROLLOUT): OutboxHeader {
  const [channel = ''] = rolloutId.split('@');
  const hostname = 'web-01';
  const record = {
    rolloutId,
    hostname,
    channel,
    state: 'Activating',
    targetClosure: 'new',
    currentClosureAtDispatch: 'old',
    currentClosure: 'old',
    dispatchedAt: '2026-01-01T00:00:00Z',
    probes: {},
    lastEventSeq: 0,
  };
  const manifest = { rolloutId, hostname, channel, targetClosure: 'new', policy: { onHealthFailure: 'halt' } };
  const read = decodeOutboxHeader({ rolloutId, manifest, record, numberedTo, bootId: null });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const WRITES: readonly Write[] = [
  { call: 'writeHeader', header: headerOf(64) },
  { call: 'append', entry: entryOf(1, true) },
  { call: 'append', entry: entryOf(2, false) },
  { call: 'append', entry: entryOf(3, true) },
  { call: 'writeHeader', header: headerOf(128) },
  { call: 'remove', rolloutId: ROLLOUT, seq: 1 },
  { call: 'writeHeader', header: headerOf(64, 'edge@two') },
  { call: 'append', entry: entryOf(1, true, 'edge@two') },
  { call: 'removeHeader', rolloutId: 'edge@two' },
  { call: 'append', entry: entryOf(4, false) },
];

async function perform(outbox: Outbox, write: Write): Promise<void> {
  switch (write.call) {
    case 'append':
      return outbox.append(write.entry);
    case 'remove':
      return outbox.remove(write.rolloutId, write.seq);
    case 'writeHeader':
      return outbox.writeHeader(write.header);
    case 'removeHeader':
      return outbox.removeHeader(write.rolloutId);
  }
}

function encodeWrite(write: Write): readonly unknown[] {
  switch (write.call) {
    case 'append':
      return [write.call, write.entry];
    case 'remove':
      return [write.call, write.rolloutId, write.seq];
    case 'writeHeader':
      return [write.call, write.header];
    case 'removeHeader':
      return [write.call, write.rolloutId];
  }
}

function after(writes: readonly Write[]): OutboxContents {
  let entries: readonly OutboxEntry[] = [];
  let headers: readonly OutboxHeader[] = [];
  for (const write of writes) {
    if (write.call === 'append') entries = [...entries, write.entry];
    if (write.call === 'remove')
      entries = entries.filter(({ rolloutId, event }) => rolloutId !== write.rolloutId || event.seq !== write.seq);
    if (write.call === 'writeHeader')
      headers = [...headers.filter(({ rolloutId }) => rolloutId !== write.header.rolloutId), write.header];
    if (write.call === 'removeHeader') {
      entries = entries.filter(({ rolloutId }) => rolloutId !== write.rolloutId);
      headers = headers.filter(({ rolloutId }) => rolloutId !== write.rolloutId);
    }
  }
  return inOrder({ entries, headers });
}

function inOrder({ entries, headers }: OutboxContents): OutboxContents {
  const byPlace = (a: OutboxEntry, b: OutboxEntry): number =>
    byCodeUnit(a.rolloutId, b.rolloutId) || a.event.seq - b.event.seq;
  return {
    entries: entries.toSorted(byPlace),
    headers: headers.toSorted((a, b) => byCodeUnit(a.rolloutId, b.rolloutId)),
  };
}

/** Entries that need not be durable may be lost, and removed ones may be back, but only at the end. */
function checkContents(contents: OutboxContents, writes: readonly Write[]): void {
  const lastDurable = writes.findLastIndex((write) => write.call !== 'remove' && isDurable(write));
  const states = writes.map((_, index) => after(writes.slice(0, index + 1))).slice(Math.max(0, lastDurable));
  const shown = JSON.stringify(encodeContents(contents));
  if (states.some((state) => JSON.stringify(encodeContents(state)) === shown)) return;
  same('its contents', encodeContents(contents), encodeContents(after(writes)));
}

const isDurable = (write: Write): boolean => write.call !== 'append' || write.entry.durable;

function encodeContents({ entries, headers }: OutboxContents): object {
  return { entries: entries.map(encodeOutboxEntry), headers: headers.map(encodeOutboxHeader) };
}

const CHECKS: Readonly<Record<string, (subject: Subject) => Promise<void>>> = {
  'a new outbox is empty': async ({ make }) => {
    const outbox = make();
    same('its contents', await outbox.open(), { entries: [], headers: [] });
    await outbox.close();
  },

  'written entries are returned unchanged': async ({ make }) => {
    const first = make();
    await first.open();
    for (const write of WRITES) await perform(first, write);
    await first.close();
    const second = make();
    same('its contents', inOrder(await second.open()), after(WRITES));
    await second.close();
  },

  'while open, it cannot be opened by another process': async ({ make }) => {
    const outbox = make();
    await outbox.open();
    const other = make();
    await refuses('a second opening', async () => {
      await other.open();
      await other.close();
    });
    await outbox.append(entryOf(1, true));
    await outbox.close();
    const again = make();
    same('the entries', (await again.open()).entries.length, 1);
    await again.close();
  },

  ...Object.fromEntries(
    WRITES.map((_, index) => index + 1).map((count) => [
      `after a kill following ${count} writes, it has everything durable`,
      async ({ make, module, folder }: Subject) => {
        const writes = WRITES.slice(0, count);
        await runAndKill(module, WRITE_AND_DIE, [folder, JSON.stringify(writes.map(encodeWrite))]);
        const outbox = make();
        const contents = inOrder(await outbox.open());
        await outbox.close();
        checkContents(contents, writes);
      },
    ]),
  ),
};
