import { count, formatCount, formatDuration } from '../../text/index.ts';
import type { RunEvent } from '../run-events.ts';
import { faultDetail } from '../faults/index.ts';
import { Page, type Cell, type PageFormat, type Tone } from './page.ts';
import { namesOf, shortRollout } from './words.ts';

/** How much a moment matters where a run has more of them than anybody reads. */
type Weight = 'news' | 'fault' | 'routine';

interface Moment {
  readonly at: number;
  readonly rollout: string;
  /** The same for moments that are told as one, with their hosts. */
  readonly text: string;
  readonly tone: Tone;
  readonly hosts: string[];
  readonly weight: Weight;
  /** What it is counted as where it is folded away: `converged`. */
  readonly kind: string;
}

/** Moments that are told in numbers only, by their kind. */
type Fold = Map<string, number>;

/** With so many moments or fewer, all of them are told. */
const MAX_TOLD = 80;
/** What is folded into numbers at once, of news and of everything else, so that the longest run takes bounded room. */
const MAX_MOMENTS = 100_000;
const MAX_NAMES = 6;
/** A line that says what it stands for takes no more room than so many moments themselves. */
const SMALLEST_FOLD = 3;
/** How many of the same are told of a long run: the first and the last of them. */
const TOLD: Readonly<Record<Weight, { readonly first: number; readonly last: number }>> = {
  news: { first: 30, last: 10 },
  fault: { first: 3, last: 0 },
  routine: { first: 1, last: 0 },
};

/** The moments of a run that a person wants to see in order: rollouts, waves, failures, and what goes wrong. */
export class Timeline {
  readonly #entries: (Moment | Fold)[] = [];
  #news = 0;
  #others = 0;
  /** The moments of the latest time that have hosts, by what they say: at the start of a run there is one a host. */
  readonly #latest = new Map<string, Moment>();
  #latestAt = 0;

  take(event: RunEvent): void {
    const moment = momentOf(event);
    if (moment === null) return;
    const known = this.#sameMoment(moment);
    if (known !== undefined) known.hosts.push(...moment.hosts);
    else if (this.#hasRoomFor(moment)) this.#tell(moment);
    else foldInto(this.#entries, moment);
  }

  report(format: PageFormat): string {
    const page = new Page(format);
    page.title('Timeline');
    const entries = this.#entries.length > MAX_TOLD ? folded(this.#entries) : this.#entries;
    page.rows(entries.map((entry) => (isFold(entry) ? foldCells(entry) : cellsOf(entry))));
    if (entries.some(isFold)) page.line('The event log has them all (--events FILE).', 'quiet', 2);
    return page.text;
  }

  #hasRoomFor({ weight }: Moment): boolean {
    return weight === 'news' ? (this.#news += 1) <= MAX_MOMENTS : (this.#others += 1) <= MAX_MOMENTS;
  }

  #tell(moment: Moment): void {
    this.#entries.push(moment);
    if (moment.hosts.length > 0) this.#latest.set(saidBy(moment), moment);
  }

  #sameMoment(moment: Moment): Moment | undefined {
    if (moment.at !== this.#latestAt) this.#latest.clear();
    this.#latestAt = moment.at;
    return moment.hosts.length === 0 ? undefined : this.#latest.get(saidBy(moment));
  }
}

const saidBy = ({ rollout, text }: Moment): string => JSON.stringify([rollout, text]);

function isFold(entry: Moment | Fold): entry is Fold {
  return entry instanceof Map;
}

/** What matters, one by one, and numbers in the place of what is between. */
function folded(entries: readonly (Moment | Fold)[]): readonly (Moment | Fold)[] {
  const total = new Map<string, number>();
  for (const entry of entries) if (!isFold(entry)) addTo(total, sameAs(entry), 1);
  const seen = new Map<string, number>();
  const isTold = (entry: Moment): boolean => {
    const same = sameAs(entry);
    addTo(seen, same, 1);
    const at = seen.get(same) ?? 0;
    const { first, last } = TOLD[entry.weight];
    return at <= first || at > (total.get(same) ?? 0) - last;
  };
  const shown: (Moment | Fold)[] = [];
  let between: (Moment | Fold)[] = [];
  const close = (): void => {
    if (between.length < SMALLEST_FOLD) shown.push(...between);
    else for (const entry of between) foldInto(shown, entry);
    between = [];
  };
  for (const entry of entries) {
    if (isFold(entry) || !isTold(entry)) {
      between.push(entry);
      continue;
    }
    close();
    shown.push(entry);
  }
  close();
  return shown;
}

/** Of what a moment is one of many: news and faults of a kind, and routine in the very words. */
function sameAs({ weight, kind, rollout, text }: Moment): string {
  return JSON.stringify(weight === 'news' ? [kind] : weight === 'fault' ? [text.split(' (')[0]] : [rollout, text]);
}

function foldInto(entries: (Moment | Fold)[], entry: Moment | Fold): void {
  let fold = entries.at(-1);
  if (fold === undefined || !isFold(fold)) entries.push((fold = new Map()));
  if (isFold(entry)) for (const [kind, amount] of entry) addTo(fold, kind, amount);
  else addTo(fold, entry.kind, Math.max(1, entry.hosts.length));
}

function addTo(amounts: Map<string, number>, key: string, amount: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + amount);
}

function foldCells(fold: Fold): readonly Cell[] {
  const parts = [...fold].map(([kind, amount], at) => `${formatCount(amount)} ${at === 0 ? 'more ' : ''}${kind}`);
  return [{ text: '' }, { text: '' }, { text: `… ${parts.join(', ')}`, tone: 'quiet' }];
}

function cellsOf({ at, rollout, text, tone, hosts }: Moment): readonly Cell[] {
  const who = hosts.length === 0 ? '' : hosts.length > 1 ? `${count(hosts.length, 'host')} ` : '';
  const names = hosts.length === 0 ? '' : `: ${namesOf(hosts, MAX_NAMES)}`;
  return [
    { text: formatDuration(at), align: 'right', tone: 'quiet' },
    { text: shortRollout(rollout) },
    { text: `${who}${text}${names}`, tone },
  ];
}

function momentOf(event: RunEvent): Moment | null {
  const at = event.runMs;
  const news = (kind: string, rollout: string, text: string, tone: Tone = 'plain', host?: string): Moment => ({
    at,
    rollout,
    text,
    tone,
    kind,
    weight: 'news',
    hosts: host === undefined ? [] : [host],
  });
  const routine = (kind: string, rollout: string, host: string, tone: Tone = 'plain', text = kind): Moment => ({
    at,
    rollout,
    text,
    tone,
    kind,
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
        ? news('waves', event.rolloutId, `wave ${event.fromWave} is through; wave ${event.toWave} may start`)
        : null;
    case 'WaveEmpty':
      return news('waves', event.rolloutId, `wave ${event.wave} has no hosts and is passed over`, 'warn');
    case 'HostDispatched':
      return routine('dispatched', event.rolloutId, event.hostname, 'plain', `dispatched in wave ${event.wave}`);
    case 'HostTransition':
      if (event.to === 'Converged') return routine('converged', event.rolloutId, event.hostname, 'good');
      if (event.to === 'Deferred')
        return routine('deferred', event.rolloutId, event.hostname, 'warn', 'deferred until a reboot');
      if (event.to === 'Failed') return news('failed', event.rolloutId, 'failed', 'bad', event.hostname);
      return event.to === 'Reverted'
        ? news('reverted', event.rolloutId, 'reverted to what ran before', 'bad', event.hostname)
        : null;
    case 'ClosureQuarantined':
      return news('quarantined', event.channel, `closure ${event.closure} is quarantined`, 'warn');
    case 'HostUnreachable':
      return routine('unreachable', '', event.hostname, 'warn', 'unreachable: three heartbeats are missing');
    case 'HostReachable':
      return routine('heard of again', '', event.hostname);
    case 'Fault': {
      const detail = faultDetail(event);
      const text = `fault: ${event.fault}${detail === '' ? '' : ` (${detail})`}`;
      const hosts = event.hostname === null ? [] : [event.hostname];
      return { at, rollout: '', text, tone: 'warn', hosts, weight: 'fault', kind: 'faults' };
    }
    case 'ReleasePublished':
      return at === 0
        ? null
        : news('releases', '', `a new release: ${namesOf(event.rolloutIds.map(shortRollout), MAX_NAMES)}`);
    case 'FaultsStopped':
      return news('ends of faults', '', 'faults stop; operators reboot what is deferred');
    case 'InvariantBroken':
      return news('invariants', event.rolloutId ?? '', `invariant broken, ${event.invariant}: ${event.message}`, 'bad');
    default:
      return null;
  }
}
