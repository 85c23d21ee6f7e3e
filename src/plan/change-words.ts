import { count, formatRoundDuration, groupBy, namesOf, shortName } from '../text/index.ts';
import type { FleetChange, FleetChangeType } from './fleet-changes.ts';

const MAX_NAMES = 6;
const MINUTE_MS = 60_000;

/** How a change affects the rollout. `many` if it is about several hosts, `takesPart` if they are in the rollout. */
function effectOf(change: FleetChange, many: boolean, takesPart: boolean): string {
  const [They, are, switchWord] = many ? ['They', 'are', 'switch'] : ['It', 'is', 'switches'];
  switch (change.type) {
    case 'channel-joins':
      return 'It gets its own rollout.';
    case 'channel-leaves':
      return 'It no longer gets a rollout.';
    case 'host-joins':
      return takesPart
        ? `${They} ${are} in the rollout of ${many ? 'their' : 'its'} channel.`
        : `${They} ${are} in no rollout: pinned, or without a closure.`;
    case 'host-leaves':
      return `${They} ${are} no longer in any rollout, but a running switch is not stopped.`;
    case 'host-moves':
      return `${They} only ${many ? 'follow' : 'follows'} the rollouts of the new channel.`;
    case 'closure':
      return change.to === null
        ? `${They} ${are} in no rollout, and ${many ? 'keep' : 'keeps'} the old closure.`
        : takesPart
          ? `${They} ${switchWord}.`
          : `${They} ${are} pinned, and in no rollout.`;
    case 'pin':
      return change.isPinned ? 'A pinned host is in no rollout.' : 'It is in the rollout of its channel again.';
    case 'waves':
      return change.to > change.from
        ? 'The rollout takes longer, because each wave waits for the previous one.'
        : 'The rollout is shorter, and more hosts switch at once.';
    case 'wave':
      if (change.to === null) return 'It is never dispatched.';
      return change.to === 0 ? 'It waits for no other wave.' : 'It starts when all earlier waves are finished.';
    case 'soak':
      return change.toMinutes < change.fromMinutes
        ? 'The wave finishes sooner, and probes have less time to fail.'
        : 'The wave finishes later, and probes have more time to fail.';
    case 'failure-policy':
      return change.to === 'halt'
        ? 'A failed host keeps the release until someone acts.'
        : 'A failed host rolls back on its own.';
    case 'compliance':
      return change.to === 'enforce'
        ? 'Failing controls hold back later waves.'
        : 'Failing controls hold back nothing.';
    case 'budget':
      return change.to !== null && (change.from === null || change.to < change.from)
        ? 'Hosts may wait longer for a slot.'
        : 'More hosts may switch at once.';
    case 'edge':
      return change.isNew ? 'It starts when the other host is finished.' : 'It may start sooner.';
    case 'channel-edge':
      return change.isNew ? 'It starts when the other channel is Terminal.' : 'It may start sooner.';
  }
}

/** All changes of one kind in one sentence, and their effect. */
export interface ChangeSummary {
  readonly type: FleetChangeType;
  readonly what: string;
  readonly effect: string;
}

/** The changes by kind, in order. `members` are the hosts that are in a rollout. */
export function changeSummaries(
  changes: readonly FleetChange[],
  members: ReadonlySet<string>,
): readonly ChangeSummary[] {
  const takesPart = (change: FleetChange): boolean => 'hostname' in change && members.has(change.hostname);
  const kinds = groupBy(changes, (change) => kindOf(change, takesPart(change)));
  return [...kinds.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = same.flatMap((change) => ('hostname' in change ? [change.hostname] : []));
    const what = names.length > 1 ? together(first, names) : sentence(first);
    return [{ type: first.type, what, effect: effectOf(first, names.length > 1, takesPart(first)) }];
  });
}

/** Changes with the same key share a sentence. */
function kindOf(change: FleetChange, takesPart: boolean): string {
  switch (change.type) {
    case 'closure':
      return change.to === null ? 'no closure' : `closure ${takesPart}`;
    case 'host-joins':
      return `${change.type} ${takesPart}`;
    case 'host-leaves':
    case 'host-moves':
      return change.type;
    default:
      return sentence(change);
  }
}

function together(first: FleetChange, names: readonly string[]): string {
  const hosts = `${count(names.length, 'host')}: ${namesOf(names, MAX_NAMES)}`;
  switch (first.type) {
    case 'host-joins':
      return `Added ${hosts}.`;
    case 'host-leaves':
      return `Removed ${hosts}.`;
    case 'host-moves':
      return `New channel for ${hosts}.`;
    case 'closure':
      return `${first.to === null ? 'No' : 'New'} closure for ${hosts}.`;
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
      return change.isPinned ? `${change.hostname} is now pinned.` : `${change.hostname} is no longer pinned.`;
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
      return `Budget ${change.summary} allows ${limit(change.to)} in flight instead of ${limit(change.from)}.`;
    case 'edge':
      return change.isNew
        ? `${change.gated} now waits for ${change.gates}.`
        : `${change.gated} no longer waits for ${change.gates}.`;
    case 'channel-edge':
      return change.isNew
        ? `Channel ${change.gated} now waits for channel ${change.gates}.`
        : `Channel ${change.gated} no longer waits for channel ${change.gates}.`;
  }
}

const closure = (name: string | null): string => (name === null ? 'no closure' : shortName(name));
const wave = (number: number | null): string => (number === null ? 'no wave' : `wave ${number}`);
const minutes = (amount: number): string => formatRoundDuration(amount * MINUTE_MS);
const limit = (most: number | null): string => (most === null ? 'any number of hosts' : count(most, 'host'));
