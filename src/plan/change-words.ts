import { count, formatRoundDuration, namesOf, shortName } from '../text/index.ts';
import type { FleetChange, FleetChangeType } from './fleet-changes.ts';

const MAX_NAMES = 6;
const MINUTE_MS = 60_000;

/** How each kind of change affects the rollout. */
const EFFECTS: Readonly<Record<FleetChangeType, string>> = {
  'channel-joins': 'It gets a rollout of its own.',
  'channel-leaves': 'It no longer gets a rollout.',
  'host-joins': 'They are in the rollout of their channel, unless they are pinned.',
  'host-leaves': 'A rollout no longer includes them, but a switch in progress is not stopped.',
  'host-moves': 'They follow the rollout of the new channel and leave that of the old one.',
  closure: 'These hosts will switch.',
  pin: 'A pinned host is in no rollout.',
  waves: 'More waves take longer, because each waits for the one before.',
  wave: 'A host starts when all earlier waves are finished.',
  soak: 'A shorter soak finishes the wave sooner, and gives probes less time to fail.',
  'failure-policy': 'It decides whether a failed host rolls back on its own.',
  compliance: 'In `enforce`, failing controls hold back later waves.',
  budget: 'It limits how many hosts are in flight at once.',
  edge: 'The gated host starts when the other one is finished.',
  'channel-edge': 'The gated channel starts when the other one is Terminal.',
};

/** All changes of one kind in one sentence, and their effect. */
export interface ChangeSummary {
  readonly type: FleetChangeType;
  readonly what: string;
  readonly effect: string;
}

/** The changes by kind, in order. */
export function changeSummaries(changes: readonly FleetChange[]): readonly ChangeSummary[] {
  const kinds = new Map<string, FleetChange[]>();
  for (const change of changes) {
    const kind = change.type === 'closure' || change.type.startsWith('host-') ? change.type : sentence(change);
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [change]);
    else same.push(change);
  }
  return [...kinds.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = same.flatMap((change) => ('hostname' in change ? [change.hostname] : []));
    const what = names.length > 1 ? together(first.type, names) : sentence(first);
    return [{ type: first.type, what, effect: EFFECTS[first.type] }];
  });
}

function together(type: FleetChangeType, names: readonly string[]): string {
  const hosts = `${count(names.length, 'host')}: ${namesOf(names, MAX_NAMES)}`;
  switch (type) {
    case 'host-joins':
      return `New: ${hosts}.`;
    case 'host-leaves':
      return `Gone: ${hosts}.`;
    case 'host-moves':
      return `Another channel for ${hosts}.`;
    case 'closure':
      return `New closure for ${hosts}.`;
    default:
      return `Changed for ${hosts}.`;
  }
}

function sentence(change: FleetChange): string {
  switch (change.type) {
    case 'channel-joins':
      return `Channel ${change.channel} is new.`;
    case 'channel-leaves':
      return `Channel ${change.channel} is gone.`;
    case 'host-joins':
      return `Host ${change.hostname} is new.`;
    case 'host-leaves':
      return `Host ${change.hostname} is gone.`;
    case 'host-moves':
      return `${change.hostname} moves from channel ${change.from} to ${change.to}.`;
    case 'closure':
      return `${change.hostname} goes from ${closure(change.from)} to ${closure(change.to)}.`;
    case 'pin':
      return change.isPinned ? `${change.hostname} is pinned now.` : `${change.hostname} is no longer pinned.`;
    case 'waves':
      return `Channel ${change.channel} has ${count(change.to, 'wave')} instead of ${change.from}.`;
    case 'wave':
      return `${change.hostname} moves from ${wave(change.from)} to ${wave(change.to)} of ${change.channel}.`;
    case 'soak':
      return `Wave ${change.wave} of ${change.channel} soaks for ${minutes(change.toMinutes)} instead of ${minutes(change.fromMinutes)}.`;
    case 'failure-policy':
      return `Channel ${change.channel}: ${change.to} on failure instead of ${change.from}.`;
    case 'compliance':
      return `Channel ${change.channel}: compliance mode ${change.to} instead of ${change.from}.`;
    case 'budget':
      return `Budget ${change.summary} has ${limit(change.to)} instead of ${limit(change.from)}.`;
    case 'edge':
      return change.isNew
        ? `${change.gated} waits for ${change.gates} now.`
        : `${change.gated} no longer waits for ${change.gates}.`;
    case 'channel-edge':
      return change.isNew
        ? `Channel ${change.gated} waits for channel ${change.gates} now.`
        : `Channel ${change.gated} no longer waits for channel ${change.gates}.`;
  }
}

const closure = (name: string | null): string => (name === null ? 'no closure' : shortName(name));
const wave = (number: number | null): string => (number === null ? 'no wave' : `wave ${number}`);
const minutes = (amount: number): string => formatRoundDuration(amount * MINUTE_MS);
const limit = (most: number | null): string =>
  most === null ? 'no limit' : `at most ${count(most, 'host')} in flight`;
