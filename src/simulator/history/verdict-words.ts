import { count, formatCount, formatDuration, namesInWords, namesOf, shortName } from '../../text/index.ts';
import type { RunMs } from '../run-ms.ts';
import { REF_WITHOUT_COMMIT } from '../scenario-defaults.ts';
import { causeWords } from './cause-words.ts';
import type { Numbers, Verdict } from './verdict.ts';
import type { Holding } from './holding.ts';

/** Formats a moment of a run. */
export type FormatTime = (runMs: RunMs) => string;

const MAX_NAMES = 3;

/**
 * The headline of a run: one or two sentences with a time and a name.
 *
 * @param whenDone when the run is done, in the words of a forecast; `null` for the run's own time
 */
export function verdictWords(verdict: Verdict, clock: FormatTime, whenDone: string | null = null): string {
  switch (verdict.type) {
    case 'nothing-to-do':
      return 'There was nothing to roll out.';
    case 'broken':
      return `The protocol broke an invariant at ${clock(verdict.runMs)}. ${verdict.message}`;
    case 'stopped': {
      const [first, ...others] = verdict.failures;
      const head = `${shortName(verdict.rolloutId)} stopped at ${clock(verdict.runMs)}.`;
      if (first === undefined) return head;
      const why = causeWords(first.cause, null);
      const rest = others.length === 0 ? '' : ` ${count(others.length, 'more host')} failed.`;
      return `${head} ${first.hostname}${why === '' ? ' failed' : `: ${why}`}.${rest}`;
    }
    case 'stuck':
      return `Stuck since ${clock(verdict.sinceRunMs)}. ${stuckWords(verdict.roots, verdict.waiting)}`;
    case 'control-plane-down':
      return `The control plane has been down since ${clock(verdict.sinceRunMs)}; ${count(verdict.unfinished, 'host')} ${verdict.unfinished === 1 ? 'is' : 'are'} not done.`;
    case 'deadlock':
      return `Stuck since ${clock(verdict.sinceRunMs)}. ${namesInWords(verdict.hostnames, MAX_NAMES)} wait for each other, so ${verdict.hostnames.length === 2 ? 'neither' : 'none'} of them can start.`;
    case 'unreachable': {
      const { hostnames, waiting } = verdict;
      const names = namesOf(hostnames, MAX_NAMES);
      const who = hostnames.length === 1 ? `${names} has` : `${count(hostnames.length, 'host')} have`;
      const list = hostnames.length === 1 ? '' : `: ${names}`;
      return `${who} been unreachable since ${clock(verdict.sinceRunMs)}${list}${waitingWords(waiting, hostnames.length)}.`;
    }
    case 'done': {
      const [rolloutId = ''] = verdict.rolloutIds;
      const ref = rolloutId.slice(rolloutId.indexOf('@') + 1);
      const release = ref === REF_WITHOUT_COMMIT ? 'the new release' : shortName(ref);
      const channels = verdict.rolloutIds.length;
      const what = channels === 1 ? release : `the releases of ${count(channels, 'channel')}`;
      const all = verdict.hosts === 2 ? 'Both' : `All ${formatCount(verdict.hosts)}`;
      const who = verdict.hosts === 1 ? 'The host runs' : `${all} hosts run`;
      return `Done ${whenDone ?? `after ${formatDuration(verdict.runMs)}`}. ${who} ${what}.`;
    }
    case 'under-way': {
      const { rolloutId, wave, soakDueRunMs, runMs, done, hosts } = verdict;
      const what = `Wave ${wave} of ${shortName(rolloutId)}`;
      const progress = `${formatCount(done)} of ${count(hosts, 'host')} done`;
      return soakDueRunMs === null
        ? `${what} is in progress; ${progress}.`
        : `${what} soaks until ${clock(soakDueRunMs)} (${formatDuration(soakDueRunMs - runMs)} left); ${progress}.`;
    }
  }
}

/** What the hosts at the roots wait for. */
function stuckWords(roots: readonly Holding[], waiting: number): string {
  const names = namesInWords(
    roots.map(({ hostname }) => hostname),
    MAX_NAMES,
  );
  const [first] = roots;
  if (first === undefined) return 'Nothing will continue on its own.';
  const isOne = roots.length === 1;
  const isSame = roots.every(({ blocker }) => blocker.heldBy === first.blocker.heldBy);
  const need = isSame ? needWords(first, isOne) : isOne ? 'is held' : 'are held';
  if (waiting === 0) return `${names} ${need}.`;
  return `${count(waiting, 'host')} ${waiting === 1 ? 'waits' : 'wait'} for ${names}, which ${need}.`;
}

function needWords({ blocker }: Holding, isOne: boolean): string {
  const [is, needs, has] = isOne ? ['is', 'needs', 'has'] : ['are', 'need', 'have'];
  switch (blocker.heldBy) {
    case 'reboot':
      return `${needs} a reboot`;
    case 'unreachable':
      return { off: `${is} off`, 'not-joined': `${has} not joined yet`, silent: `${is} unreachable` }[blocker.why];
    case 'probe':
      return blocker.status === 'fail' ? `${has} a failing probe` : `${has} a probe that has never reported`;
    case 'wrong-closure':
      return isOne ? 'runs a closure other than its target' : 'run closures other than their targets';
    case 'wave-promotion-host-unstaged':
      return `${is} in no wave`;
    case 'quarantine':
      return `${needs} another closure: the target is quarantined`;
    case 'disruption-budget':
      return `${is} held by a full disruption budget`;
    case 'rollout-stopped':
      return blocker.rolloutState === 'Superseded'
        ? `${is} in a superseded rollout that will not open again`
        : `${is} in a rollout that is not open`;
    case 'rollback':
      return `${has} failed without rolling back`;
    case 'not-acknowledged':
      return `${has} not acknowledged the dispatch`;
    default:
      return `${is} held by ${blocker.heldBy}`;
  }
}

function waitingWords(waiting: number, causes: number): string {
  if (waiting === 0) return '';
  return `; ${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for ${causes === 1 ? 'it' : 'them'}`;
}

/** The line under the headline: how many hosts are in each situation. */
export function numbersWords(numbers: Numbers): string {
  const parts: readonly (readonly [number, string])[] = [
    [numbers.failed, 'failed'],
    [numbers.reverted, 'rolled back'],
    [numbers.deferred, `${numbers.deferred === 1 ? 'waits' : 'wait'} for a reboot`],
    [numbers.underWay, 'in progress'],
    [numbers.notStarted, 'not started'],
  ];
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, words]) => `${formatCount(amount)} ${words}`);
  return [`${formatCount(numbers.converged)} of ${count(numbers.hosts, 'host')} converged`, ...shown].join(' · ');
}
