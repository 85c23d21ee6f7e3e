import { count, formatCount, namesOf, shortName } from '../../text/index.ts';
import { faultDetail } from '../faults/index.ts';
import { fleetChangeWords, isMessageFault, type Clock, type RunHistory } from '../history/index.ts';
import type { RunEvent } from '../run-events.ts';
import type { RunMs } from '../run-ms.ts';
import type { Cell, Page, Tone } from './page.ts';

/** How much a moment matters if a run has too many to read. */
type Weight = 'news' | 'fault' | 'routine';

interface Moment {
  readonly runMs: RunMs;
  readonly rollout: string;
  /** Equal for moments that are merged, with their hosts. */
  readonly text: string;
  /** Equal for events that a long run shows only a few of. */
  readonly alike: string;
  readonly tone: Tone;
  readonly hosts: string[];
  readonly weight: Weight;
  /** How it is counted if folded, such as `converged`. */
  readonly kind: string;
  /** How many events it represents, if others were not kept or are counted here. */
  amount: number;
  /** The time of the last of them. */
  lastRunMs: RunMs;
}

/** The number of folded moments by kind. */
type Fold = Map<string, number>;

/** Up to this many events, all are shown. */
const MAX_SHOWN = 80;
const MAX_NAMES = 6;
/** Fewer events than this are not worth folding. */
const SMALLEST_FOLD = 3;
/** How many equal events a long run shows: the first and the last ones. */
const SHOWN: Readonly<Record<Weight, { readonly first: number; readonly last: number }>> = {
  news: { first: 30, last: 10 },
  fault: { first: 3, last: 0 },
  routine: { first: 1, last: 0 },
};

/** The timeline of a run: rollouts, waves, failures and faults. */
export function timelineReport(
  page: Page,
  history: Pick<RunHistory, 'events' | 'messageFaultStride'>,
  clock: Clock,
): void {
  const moments = momentsOf(history);
  const entries = moments.length > MAX_SHOWN ? folded(moments) : moments;
  if (entries.length === 0) return;
  page.title('Timeline');
  const about = history.messageFaultStride === 1 ? '' : 'about ';
  page.rows(entries.map((entry) => (isFold(entry) ? foldCells(entry) : cellsOf(entry, clock, about))));
  if (entries.some(isFold)) page.line('The event log has them all (--events FILE).', 'quiet', 2);
}

/** Merges moments with the same time and text and lists their hosts, and counts the faults of each host's messages. */
function momentsOf({
  events,
  messageFaultStride,
}: Pick<RunHistory, 'events' | 'messageFaultStride'>): readonly Moment[] {
  const moments: Moment[] = [];
  const latest = new Map<string, Moment>();
  const messageFaults = new Map<string, Moment>();
  for (const event of events) {
    const moment = momentOf(event, messageFaultStride);
    if (moment === null) continue;
    if (isMessageFault(event)) {
      const key = JSON.stringify([moment.text, ...moment.hosts]);
      const first = messageFaults.get(key);
      if (first !== undefined) {
        first.amount += moment.amount;
        first.lastRunMs = moment.runMs;
        continue;
      }
      messageFaults.set(key, moment);
      moments.push(moment);
      continue;
    }
    if (moment.runMs !== moments.at(-1)?.runMs) latest.clear();
    const known = moment.hosts.length === 0 ? undefined : latest.get(saidBy(moment));
    if (known !== undefined) known.hosts.push(...moment.hosts);
    else {
      moments.push(moment);
      latest.set(saidBy(moment), moment);
    }
  }
  return moments;
}

const saidBy = ({ rollout, text }: Moment): string => JSON.stringify([rollout, text]);

function isFold(entry: Moment | Fold): entry is Fold {
  return entry instanceof Map;
}

/** Shows what matters, and folds the rest into numbers. */
function folded(entries: readonly Moment[]): readonly (Moment | Fold)[] {
  const total = new Map<string, number>();
  for (const { alike } of entries) addTo(total, alike, 1);
  const seen = new Map<string, number>();
  const isShown = (entry: Moment): boolean => {
    const { alike, weight } = entry;
    addTo(seen, alike, 1);
    const at = seen.get(alike) ?? 0;
    const { first, last } = SHOWN[weight];
    return at <= first || at > (total.get(alike) ?? 0) - last;
  };
  const shown: (Moment | Fold)[] = [];
  let between: Moment[] = [];
  const close = (): void => {
    if (between.length < SMALLEST_FOLD) shown.push(...between);
    else for (const entry of between) foldInto(shown, entry);
    between = [];
  };
  for (const entry of entries) {
    if (!isShown(entry)) {
      between.push(entry);
      continue;
    }
    close();
    shown.push(entry);
  }
  close();
  return shown;
}

function foldInto(entries: (Moment | Fold)[], entry: Moment): void {
  let fold = entries.at(-1);
  if (fold === undefined || !isFold(fold)) entries.push((fold = new Map()));
  addTo(fold, entry.kind, Math.max(entry.amount, entry.hosts.length));
}

function addTo(amounts: Map<string, number>, key: string, amount: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + amount);
}

function foldCells(fold: Fold): readonly Cell[] {
  const parts = [...fold].map(([kind, amount], at) => `${formatCount(amount)} ${at === 0 ? 'more ' : ''}${kind}`);
  return [{ text: '' }, { text: '' }, { text: `… ${parts.join(', ')}`, tone: 'quiet' }];
}

function cellsOf(
  { runMs, rollout, text, tone, hosts, amount, lastRunMs, weight }: Moment,
  clock: Clock,
  about: string,
): readonly Cell[] {
  const who = hosts.length > 1 && weight !== 'fault' ? `${count(hosts.length, 'host')} ` : '';
  const names = hosts.length === 0 ? '' : `: ${namesOf(hosts, MAX_NAMES)}`;
  const times = amount === 1 ? '' : ` (${about}${formatCount(amount)} times until ${clock(lastRunMs)})`;
  return [
    { text: clock(runMs), align: 'right', tone: 'quiet' },
    { text: shortName(rollout) },
    { text: `${who}${text}${names}${times}`, tone },
  ];
}

function momentOf(event: RunEvent, messageFaultStride: number): Moment | null {
  const { runMs } = event;
  const once = { runMs, lastRunMs: runMs, amount: 1 };
  const news = (kind: string, rollout: string, text: string, tone: Tone = 'plain', host?: string): Moment => ({
    ...once,
    rollout,
    text,
    tone,
    kind,
    alike: kind,
    weight: 'news',
    hosts: host === undefined ? [] : [host],
  });
  const routine = (kind: string, rollout: string, host: string, tone: Tone = 'plain', text = kind): Moment => ({
    ...once,
    rollout,
    text,
    tone,
    kind,
    alike: JSON.stringify([rollout, text]),
    weight: 'routine',
    hosts: [host],
  });
  switch (event.type) {
    case 'RolloutOpened':
      return news('rollouts opened', event.rolloutId, `opens with ${count(event.hosts, 'host')}`);
    case 'RolloutTransition':
      if (event.to === 'Terminal')
        return news('Terminal', event.rolloutId, 'is Terminal: every host converged', 'good');
      if (event.to === 'Failed' || event.to === 'Reverted')
        return news(event.to, event.rolloutId, `is ${event.to} and dispatches nothing more`, 'bad');
      return event.to === 'Superseded'
        ? news('superseded', event.rolloutId, 'is superseded by a newer release', 'warn')
        : null;
    case 'WaveAdvanced':
      return event.toWave > event.fromWave
        ? news('waves', event.rolloutId, `wave ${event.fromWave} is done; wave ${event.toWave} may start`)
        : null;
    case 'WaveEmpty':
      return news('waves', event.rolloutId, `wave ${event.wave} has no hosts and is skipped`, 'warn');
    case 'HostDispatched':
      return routine('dispatched', event.rolloutId, event.hostname, 'plain', `dispatched in wave ${event.wave}`);
    case 'HostTransition':
      if (event.to === 'Converged') return routine('converged', event.rolloutId, event.hostname, 'good');
      if (event.to === 'Deferred')
        return routine('deferred', event.rolloutId, event.hostname, 'warn', 'deferred until a reboot');
      if (event.to === 'Failed') return news('failed', event.rolloutId, 'failed', 'bad', event.hostname);
      return event.to === 'Reverted'
        ? news('reverted', event.rolloutId, 'reverted to the previous closure', 'bad', event.hostname)
        : null;
    case 'ClosureQuarantined':
      return news('quarantined', event.channel, `closure ${shortName(event.closure)} is quarantined`, 'warn');
    case 'HostUnreachable':
      return routine('unreachable', '', event.hostname, 'warn', 'unreachable: three heartbeats missed');
    case 'HostReachable':
      return routine('reachable again', '', event.hostname);
    case 'Fault': {
      // The release itself follows.
      if (event.fault === 'successor') return null;
      const detail = faultDetail(event);
      const text = `fault: ${event.fault}${detail === '' ? '' : ` (${detail})`}`;
      const hosts = event.hostname === null ? [] : [event.hostname];
      const amount = isMessageFault(event) ? messageFaultStride : 1;
      const alike = `fault ${event.fault}`;
      return { ...once, amount, rollout: '', text, alike, tone: 'warn', hosts, weight: 'fault', kind: 'faults' };
    }
    case 'ReleasePublished':
      return runMs === 0
        ? null
        : news('releases', '', `a new release: ${namesOf(event.rolloutIds.map(shortName), MAX_NAMES)}`);
    case 'FleetChanged':
      return news('fleet changes', '', fleetChangeWords(event));
    case 'FaultsStopped':
      return news('ends of faults', '', 'faults stop; operators reboot deferred hosts');
    case 'InvariantBroken':
      return news('invariants', event.rolloutId ?? '', `invariant broken, ${event.invariant}: ${event.message}`, 'bad');
    default:
      return null;
  }
}
