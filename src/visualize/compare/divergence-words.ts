import { causeWords, failureOf, Moment } from '../../simulator/index.ts';
import { count, formatClock, formatDuration } from '../../text/index.ts';
import { stateOfLook } from '../film/film-of-run.ts';
import { isBad, looks, type Look } from '../film/looks.ts';
import { type RunComparison, type ComparedRun, type Divergence, type NextChange } from './compare-runs.ts';
import { NOBODY } from './pair-hosts.ts';

const verbs: { readonly [Each in Look]: string } = {
  'not started': 'is not started',
  Pending: 'is dispatched',
  Activating: 'starts to activate',
  Deferred: 'is deferred',
  Soaking: 'starts to soak',
  Converged: 'converges',
  Failed: 'fails',
  Reverted: 'goes back',
};

const verbOf = (look: number): string => verbs[looks[look] ?? 'not started'];

/** How two runs differ: a sentence with the first differing host and the time. */
export function divergenceWords(comparison: RunComparison, runA: ComparedRun, runB: ComparedRun): string {
  const [first] = comparison.divergences;
  const hosts = comparison.pairs.laneOf.length;
  if (first === undefined)
    return `Both runs are the same: ${count(hosts, 'host')} ${hosts === 1 ? 'does' : 'do'} the same at the same time.`;
  const name = nameOfPair(comparison, first.pair, runA, runB);
  const head = `The runs diverge at ${formatClock(first.runMs)}`;
  if (comparison.pairs.a[first.pair] === NOBODY) return `${head}: ${name} is in B only.`;
  if (comparison.pairs.b[first.pair] === NOBODY) return `${head}: ${name} is in A only.`;
  return `${head}: ${name} ${partingWords(first, comparison, runA, runB)}.`;
}

function partingWords(first: Divergence, { pairs }: RunComparison, runA: ComparedRun, runB: ComparedRun): string {
  const { a, b, pair } = first;
  if (a !== null && b !== null && a.look === b.look) {
    const [early, late] = a.runMs <= b.runMs ? ['A', 'B'] : ['B', 'A'];
    return `${verbOf(a.look)} in ${early}, and ${formatDuration(Math.abs(a.runMs - b.runMs))} later in ${late}`;
  }
  const inA = { side: 'A', change: a, host: pairs.a[pair] ?? NOBODY, run: runA };
  const inB = { side: 'B', change: b, host: pairs.b[pair] ?? NOBODY, run: runB };
  // The earlier one comes first.
  const [one, other] = (a?.runMs ?? Infinity) <= (b?.runMs ?? Infinity) ? [inA, inB] : [inB, inA];
  const [change] = [one.change];
  if (change === null) throw new RangeError('One of the two does something.');
  const why = causeOf(one.run, one.host, change);
  return `${verbOf(change.look)} in ${one.side}${why === '' ? '' : ` (${why})`}, and ${otherWords(other.change)} in ${other.side}`;
}

const otherWords = (change: NextChange | null): string =>
  change === null ? 'does nothing more' : `${verbOf(change.look)} at ${formatClock(change.runMs)}`;

function causeOf({ history }: ComparedRun, number: number, { runMs, look }: NextChange): string {
  const host = history.hosts[number];
  if (host === undefined || !isBad(look)) return '';
  const failure = failureOf(new Moment(history.history, runMs), host);
  return failure === null ? '' : causeWords(failure.cause, null);
}

/** The name of a host in at least one of the runs. */
export function nameOfPair({ pairs }: RunComparison, pair: number, runA: ComparedRun, runB: ComparedRun): string {
  const [a, b] = [pairs.a[pair] ?? NOBODY, pairs.b[pair] ?? NOBODY];
  return runA.history.hosts[a]?.hostname ?? runB.history.hosts[b]?.hostname ?? '';
}

/** How a differing host ends in both runs: `Converged in A, Failed in B`, or `later in B`. */
export function endWords({ a, b, endA, endB }: Divergence): string {
  if (endA !== endB) return `${stateOfLook(endA)} → ${stateOfLook(endB)}`;
  if (a === null || b === null) return `${stateOfLook(endA)} in both`;
  if (a.look !== b.look) return `${stateOfLook(endA)} in both, by another path`;
  const later = b.runMs - a.runMs;
  return `${stateOfLook(a.look)} ${formatDuration(Math.abs(later))} ${later > 0 ? 'later' : 'earlier'} in B`;
}
