import type { Time } from '../machine/index.ts';
import { byCodeUnit } from '../text/index.ts';
import type { ControlPlaneConfig } from './config.ts';
import type { FleetMember, WatchedHost, WatchSlot } from './state.ts';
import { heardAt } from './host-slots.ts';
import { valueOf } from './name-map.ts';
import { editMember, type Transaction } from './transaction.ts';
import { valuesOf, vectorOf, withPushed, withValue } from './vector.ts';

const MS_PER_SECOND = 1000;
/** Deadlines are rounded up to a quarter of the heartbeat interval, so that a few slots hold the whole fleet. */
const SLOTS_PER_INTERVAL = 4;

/**
 * Starts watching a host that was last heard, or was added, at `since`. It is checked when enough heartbeats would be
 * missing. So a heartbeat costs nothing here, and a tick only looks at hosts that are due.
 */
export function watchHost(tx: Transaction, hostname: string, since: Time): void {
  const { config, watch } = tx.state;
  const slots = watch.slice();
  addTo(slots, dueAtOf(config, since), [{ hostname, since }]);
  tx.state.watch = slots;
}

function dueAtOf(config: ControlPlaneConfig, since: Time): Time {
  const step = Math.max(1, (config.heartbeatSecs * MS_PER_SECOND) / SLOTS_PER_INTERVAL);
  return Math.ceil((since + patienceMs(config)) / step) * step;
}

function addTo(slots: WatchSlot[], dueAt: Time, hosts: readonly WatchedHost[]): void {
  const at = slots.findIndex((slot) => slot.dueAt === dueAt);
  const slot = slots[at];
  if (slot === undefined) slots.push({ dueAt, hosts: vectorOf(hosts) });
  else slots[at] = { dueAt, hosts: hosts.reduce(withPushed, slot.hosts) };
}

/** Reports the hosts that have become unreachable (specification: control-plane, "Heartbeats"). */
export function reportSilentHosts(tx: Transaction): void {
  const { watch, config } = tx.state;
  // A slot with a later deadline dates from before the clock was set back.
  const latest = dueAtOf(config, tx.now);
  const outdated = watch.filter((slot) => slot.dueAt > latest);
  const due = watch.filter((slot) => slot.dueAt <= tx.now);
  if (due.length === 0 && outdated.length === 0) return;
  const slots = watch.filter((slot) => slot.dueAt > tx.now && slot.dueAt <= latest);
  for (const slot of outdated) lookAfterAgain(tx, slot, slots);
  const silent = due.flatMap((slot) => checkSlot(tx, slot, slots));
  tx.state.watch = slots;
  silent.sort((a, b) => byCodeUnit(a.hostname, b.hostname));
  for (const member of silent) reportSilent(tx, member);
}

/** Puts the hosts of a slot back into `slots`. A host that was heard in the future counts as heard now. */
function lookAfterAgain(tx: Transaction, { hosts }: WatchSlot, slots: WatchSlot[]): void {
  const { now } = tx;
  for (const { hostname } of valuesOf(hosts)) {
    const member = valueOf(tx.state.hosts, hostname);
    if (member !== undefined && heardAt(tx, member) > now)
      tx.state.heardAt = withValue(tx.state.heardAt, member.index, now);
  }
  addTo(
    slots,
    dueAtOf(tx.state.config, now),
    Array.from(valuesOf(hosts), ({ hostname }) => ({ hostname, since: now })),
  );
}

/** Returns the unreachable hosts of a slot, and puts the others back into `slots`. */
function checkSlot(tx: Transaction, slot: WatchSlot, slots: WatchSlot[]): readonly FleetMember[] {
  const silent: FleetMember[] = [];
  const heard = new Map<Time, WatchedHost[]>();
  for (const { hostname, since } of valuesOf(slot.hosts)) {
    const member = valueOf(tx.state.hosts, hostname);
    if (member === undefined) continue;
    if (member.places.length === 0) editMember(tx, member).isWatched = false;
    else if (heardAt(tx, member) <= since) silent.push(member);
    else {
      const at = heardAt(tx, member);
      const dueAt = dueAtOf(tx.state.config, at);
      const hosts = heard.get(dueAt);
      if (hosts === undefined) heard.set(dueAt, [{ hostname, since: at }]);
      else hosts.push({ hostname, since: at });
    }
  }
  for (const [dueAt, hosts] of heard) addTo(slots, dueAt, hosts);
  return silent;
}

function reportSilent(tx: Transaction, member: FleetMember): void {
  const lastHeartbeatAt = heardAt(tx, member);
  tx.effects.push({
    type: 'HostUnreachable',
    host: member.hostname,
    lastHeartbeatAt: Number.isFinite(lastHeartbeatAt) ? lastHeartbeatAt : null,
    missedIntervals: tx.state.config.missedHeartbeats,
    at: tx.now,
  });
  const draft = editMember(tx, member);
  draft.isUnreachable = true;
  draft.isWatched = false;
}

function patienceMs({ heartbeatSecs, missedHeartbeats }: ControlPlaneConfig): number {
  return heartbeatSecs * missedHeartbeats * MS_PER_SECOND;
}
