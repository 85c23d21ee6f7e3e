import type { OutboundEvent } from '../../machine/index.ts';
import type { HostRecord } from './host-record.ts';
import { takenRecord } from './host-record.ts';
import { noState, type Judge, type Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';

/** Converged means that the target runs and that no enforce probe fails. */
export const convergedIsHealthy: Judge<object> = {
  begin: noState,
  emitted: {
    Converged: (scene, _, { hostname, rolloutId, event }, host) => {
      const record = host.own.get(rolloutId)?.record;
      checkEvent(scene, hostname, rolloutId, record, event);
      if (record !== undefined) checkSaid(scene, host, rolloutId, record);
    },
  },
  effects: {
    RemoteAppendEventLog: (scene, _, { host, rolloutId, payload }) => checkKnown(scene, host, rolloutId, payload),
    SynthesizeEvent: (scene, _, { host, rolloutId, payload }) => checkKnown(scene, host, rolloutId, payload),
    TakeOverRecord: (scene, _, { host, rolloutId, record }) => {
      if (record.state === 'Converged')
        check(scene, host, rolloutId, record.targetClosure, record.currentClosure, takenRecord(record).failing);
    },
  },
};

/** The agent itself reported that another closure runs, and it still does. */
function checkSaid(
  { broken }: Scene,
  { name, life, sent, sentLife, closure, wasMisreported }: ObservedState,
  rolloutId: string,
  { targetClosure }: HostRecord,
): void {
  if (sent === null || sentLife !== life || wasMisreported) return;
  if (closure === targetClosure || sent.currentClosure !== closure) return;
  broken('converged is healthy', name, rolloutId, `${name} converged while running ${closure}, by its own report.`);
}

function checkKnown(scene: Scene, host: string, rolloutId: string, event: OutboundEvent): void {
  if (event.type !== 'Converged') return;
  const { book, at } = scene.ledger.find(rolloutId, host);
  checkEvent(scene, host, rolloutId, book?.records[at], event);
}

function checkEvent(
  scene: Scene,
  host: string,
  rolloutId: string,
  record: HostRecord | undefined,
  { currentClosure }: Extract<OutboundEvent, { readonly type: 'Converged' }>,
): void {
  if (record !== undefined) check(scene, host, rolloutId, record.targetClosure, currentClosure, record.failing);
}

function check(
  { broken }: Scene,
  host: string,
  rolloutId: string,
  targetClosure: string,
  currentClosure: string | null,
  failing: readonly string[],
): void {
  if (currentClosure !== targetClosure) {
    broken(
      'converged is healthy',
      host,
      rolloutId,
      `${host} converged on ${currentClosure ?? 'no closure'} instead of ${targetClosure}.`,
    );
  }
  for (const name of failing)
    broken('converged is healthy', host, rolloutId, `${host} converged while its enforce probe ${name} was failing.`);
}
