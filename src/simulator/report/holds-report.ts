import { count, formatCount, formatDuration, groupBy, namesInWords, namesOf, sentence } from '../../text/index.ts';
import {
  blockerWords,
  blockingHosts,
  Moment,
  remedyWords,
  whyLines,
  whyWaiting,
  type Blocker,
  type Clock,
  type Holding,
  type HostTrack,
} from '../history/index.ts';
import type { Run } from '../run.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';
import type { Page } from './page.ts';

const MAX_GROUPS = 20;
const MAX_NAMES = 6;
const MAX_REMEDIES = 3;
/** Stands for the names of a group in a sentence. */
const ALL = 'each of them';

/** What holds hosts at the end of a run. Hosts held by the same thing are one entry. */
export function holdsReport(page: Page, { holds, history, endedRunMs }: Run, clock: Clock): void {
  if (holds.length === 0) return;
  const moment = new Moment(history, endedRunMs);
  const groups = groupBy(holds, ({ rolloutId, state, blocker }) =>
    JSON.stringify([rolloutId, state, sameFor(blocker)]),
  );
  page.title('Held hosts');
  for (const group of [...groups.values()].slice(0, MAX_GROUPS)) {
    const [first] = group;
    if (first === undefined) throw new RangeError('A group has at least one host.');
    const channel = history.rolloutOf(first.rolloutId)?.rollout.channel ?? '';
    const who = group.length === 1 ? first.hostname : `${count(group.length, 'host')} of ${channel}`;
    page.line(`${who}: ${first.state}, held by ${first.blocker.heldBy} ${holdTimes(group, clock)}`, 'warn', 2);
    const isSame = group.every(({ blocker }) => JSON.stringify(blocker) === JSON.stringify(first.blocker));
    const words = blockerWords(group.length > 1 && isSame ? ALL : first.hostname, first.rolloutId, first.blocker);
    // A name keeps its letters.
    page.line(words.startsWith(ALL) ? sentence(words) : words, 'quiet', 4);
    if (group.length > 1) page.line(namesOf(namesIn(group), MAX_NAMES), 'quiet', 4);
    const blocking = blockersOf(moment, first);
    const remedies = remediesOf(moment, group);
    if (blocking.length > 0)
      page.line(
        `${group.length === 1 ? 'waits' : 'wait'} for ${namesInWords(
          blocking.map((host) => standing(moment, host)),
          MAX_NAMES,
        )}`,
        'quiet',
        4,
      );
    for (const remedy of remedies) page.line(`Do: ${remedy}`, 'warn', 4);
  }
  if (groups.size > MAX_GROUPS)
    page.line(`and ${formatCount(groups.size - MAX_GROUPS)} more reasons; --json has them all`, 'quiet', 2);
}

const namesIn = (group: readonly Holding[]): readonly string[] => group.map(({ hostname }) => hostname);

/** The key of a group. Leaves out closures, which differ between hosts. */
function sameFor(blocker: Blocker): unknown {
  switch (blocker.heldBy) {
    case 'activation':
    case 'wrong-closure':
      return blocker.heldBy;
    case 'rollback':
      return [blocker.heldBy, blocker.hasFailed];
    default:
      return blocker;
  }
}

/** What to do about the root causes of a group. */
function remediesOf(moment: Moment, group: readonly Holding[]): ReadonlySet<string> {
  const [first] = group;
  const host = first === undefined ? null : moment.history.trackOf(first.rolloutId, first.hostname);
  if (first === undefined || host === null) return new Set();
  const own = remedyWords(namesIn(group), first, null);
  if (own !== null) return new Set([own]);
  const why = whyWaiting(moment, host);
  const remedies = (why === null ? [] : whyLines(why, formatDuration)).flatMap(({ remedy }) => remedy ?? []);
  return new Set(remedies.slice(0, MAX_REMEDIES));
}

/** The hosts that keep it waiting, by name, unless the sentence names the only one. */
function blockersOf(moment: Moment, holding: Holding): readonly HostTrack[] {
  const host = moment.history.trackOf(holding.rolloutId, holding.hostname);
  const rollout = moment.history.rolloutOf(holding.rolloutId);
  if (host === null || rollout === null || holding.blocker.heldBy === 'host-edge') return [];
  return blockingHosts(moment, rollout, host, holding);
}

const standing = (moment: Moment, host: HostTrack): string => `${host.hostname} (${moment.viewOf(host).state})`;

/** From when to when, with a note if the hosts differ. */
function holdTimes(group: readonly Holding[], clock: Clock): string {
  const starts = group.map(({ sinceRunMs }) => sinceRunMs);
  const [from, lastFrom] = [least(starts), most(starts)];
  const since = `since ${clock(from)}${clock(lastFrom) === clock(from) ? '' : ' or later'}`;
  const ends = group.flatMap(({ untilRunMs }) => untilRunMs ?? []);
  if (ends.length === group.length) {
    const isOne = clock(least(ends)) === clock(most(ends));
    return `${since}, until ${clock(most(ends))}${isOne ? '' : ' at the latest'}`;
  }
  const bounds = group.flatMap(({ notBeforeRunMs }) => notBeforeRunMs ?? []);
  return bounds.length === group.length ? `${since}, at least until ${clock(least(bounds))}` : since;
}

const least = (times: readonly RunMs[]): RunMs => times.reduce((a, b) => (b < a ? b : a), asRunMs(Infinity));
const most = (times: readonly RunMs[]): RunMs => times.reduce((a, b) => (b > a ? b : a), asRunMs(0));
