import { count, formatCount, formatDuration, namesInWords, namesOf, shortName, zoneName } from '../../text/index.ts';
import {
  Moment,
  numbersOf,
  numbersWords,
  overdrawnBudgets,
  verdictOf,
  verdictWords,
  type Clock,
  type RolloutResult,
} from '../history/index.ts';
import { INVARIANT_NAMES } from '../invariants/index.ts';
import type { FaultName } from '../faults/index.ts';
import type { Run } from '../run.ts';
import { clockOf, startOf } from './clock.ts';
import { holdsReport } from './holds-report.ts';
import { Page, type PageFormat } from './page.ts';
import { shortSummary } from './plan-report.ts';
import { timelineReport } from './timeline.ts';
import { waveReport } from './wave-report.ts';

const MAX_NAMES = 6;
const MAX_VIOLATIONS = 10;
const MAX_OVERDRAWN = 5;

/** The report of a run: the verdict, the timeline, each channel and wave, important hosts, and what holds them. */
export function resultReport(run: Run, format: PageFormat): string {
  const page = new Page(format);
  const clock = clockOf(run.scenario);
  const moment = new Moment(run.history, run.endedRunMs);
  const verdict = verdictOf(moment);
  page.line(verdictWords(verdict, clock), 'title');
  if (verdict.type !== 'nothing-to-do') page.line(numbersWords(numbersOf(moment)), 'quiet');
  const start = startOf(run.scenario);
  if (start !== null) page.line(`Times are in ${zoneName(start)}.`, 'quiet');
  timelineReport(page, run.history, clock);
  for (const rollout of run.rollouts)
    if (rollout.waves.some(({ hosts }) => hosts.length > 0)) rolloutReport(page, rollout, clock);
  holdsReport(page, run, clock);
  budgetsReport(page, run, clock);
  faultsReport(page, run);
  violationsReport(page, run, clock);
  page.title('Outcome');
  page.line(outcomeSentence(run, clock), run.outcome === 'terminal' ? 'good' : 'bad', 2);
  page.line(
    `Seed ${run.scenario.seed}. ${formatCount(run.machineSteps)} machine steps, all ${INVARIANT_NAMES.length} invariants checked at every event.`,
    'quiet',
    2,
  );
  return page.text;
}

function rolloutReport(page: Page, rollout: RolloutResult, clock: Clock): void {
  const { rolloutId, channel, state } = rollout;
  page.title(`Channel ${channel} to ${refOf(rolloutId)}`);
  page.line(
    rolloutSentence(rollout, clock),
    state === 'Terminal' ? 'good' : state === 'Superseded' ? 'warn' : 'bad',
    2,
  );
  if (state === 'Failed' || state === 'Reverted') staysReport(page, rollout);
  for (const wave of rollout.waves) waveReport(page, wave, clock);
}

const refOf = (rolloutId: string): string => shortName(rolloutId.slice(rolloutId.indexOf('@') + 1));

function rolloutSentence({ state, openedRunMs, sinceRunMs }: RolloutResult, clock: Clock): string {
  if (state === null || openedRunMs === null || sinceRunMs === null) return 'Never opened.';
  if (state === 'Terminal') return `Terminal ${formatDuration(sinceRunMs - openedRunMs)} after it opened.`;
  return `${state} since ${clock(sinceRunMs)}.`;
}

/** A stopped rollout leaves hosts that had converged on a release that failed elsewhere. */
function staysReport(page: Page, { rolloutId, waves }: RolloutResult): void {
  const staying = waves.flatMap(({ hosts }) => hosts.filter(({ state }) => state === 'Converged'));
  if (staying.length === 0) return;
  const names = namesOf(
    staying.map(({ hostname }) => hostname),
    MAX_NAMES,
  );
  page.line(
    `${count(staying.length, 'host')} converged and ${staying.length === 1 ? 'stays' : 'stay'} on ${refOf(rolloutId)}, which failed elsewhere: ${names}`,
    'warn',
    2,
  );
}

function budgetsReport(page: Page, { history }: Run, clock: Clock): void {
  const overdrawn = overdrawnBudgets(history);
  if (overdrawn.length === 0) return;
  page.title('Dispatches while hosts of the same budget were out of service');
  for (const { runMs, hostname, summary, limit, uncounted } of overdrawn.slice(0, MAX_OVERDRAWN)) {
    const down = `${namesInWords(uncounted, MAX_NAMES)} had failed or ${uncounted.length === 1 ? 'was' : 'were'} unreachable`;
    page.line(
      `${shortSummary(summary)}, at most ${limit}: ${hostname} was dispatched at ${clock(runMs)} although ${down}.`,
      'warn',
      2,
    );
  }
  if (overdrawn.length > MAX_OVERDRAWN)
    page.line(`and ${formatCount(overdrawn.length - MAX_OVERDRAWN)} more dispatches`, 'quiet', 2);
}

function faultsReport(page: Page, { faults }: Run): void {
  const shown = faults.filter(({ count: happened, askedFor }) => happened > 0 || askedFor);
  if (shown.length === 0) return;
  page.title('Faults');
  page.rows(
    shown.map(({ fault, count: happened }) => [
      { text: fault },
      happened > 0
        ? { text: happened === 1 ? 'once' : `${formatCount(happened)} times` }
        : { text: neverOccurred(fault), tone: 'warn' },
    ]),
  );
}

/** Why a requested fault never occurred. */
export function neverOccurred(fault: FaultName): string {
  const occasion = OCCASIONS.get(fault);
  return `requested, but never occurred${occasion === undefined ? '' : `: ${occasion}`}`;
}

const NO_SWITCH =
  'no switch began after that (for a reboot, use fall-back-at-boot; for a rollback, fail-rollback or lie-about-rollback)';
const NO_ROLLBACK = 'no rollback began after that';
const NO_PROBE = 'probes run only while a host soaks';

const OCCASIONS: ReadonlyMap<FaultName, string> = new Map([
  ['activation-fails', NO_SWITCH],
  ['fails-after-switching', NO_SWITCH],
  ['units-failed', NO_SWITCH],
  ['wrong-closure', NO_SWITCH],
  ['activation-deferred', NO_SWITCH],
  ['worker-hangs', NO_SWITCH],
  ['boot-falls-back', 'no host booted into another closure after that'],
  ['rollback-fails', NO_ROLLBACK],
  ['rollback-lies', NO_ROLLBACK],
  ['probe-fails', NO_PROBE],
  ['probe-flaps', NO_PROBE],
  ['probe-silent', NO_PROBE],
  ['controls-fail', NO_PROBE],
]);

function violationsReport(page: Page, { violations }: Run, clock: Clock): void {
  if (violations.length === 0) return;
  page.title('Broken invariants');
  page.rows(
    violations
      .slice(0, MAX_VIOLATIONS)
      .map(({ runMs, invariant, message }) => [
        { text: clock(runMs), align: 'right', tone: 'quiet' },
        { text: invariant, tone: 'bad' },
        { text: message },
      ]),
  );
  if (violations.length > MAX_VIOLATIONS)
    page.line(`and ${formatCount(violations.length - MAX_VIOLATIONS)} more; --json has them all`, 'quiet', 2);
}

function outcomeSentence({ outcome, endedBecause, endedRunMs, rollouts }: Run, clock: Clock): string {
  const newest = rollouts.filter(({ isNewest, waves }) => isNewest && waves.some(({ hosts }) => hosts.length > 0));
  if (outcome === 'invariant-broken') return 'The protocol broke an invariant.';
  if (newest.length === 0) return 'There was nothing to roll out.';
  if (outcome === 'terminal') {
    const last = Math.max(...newest.map(({ sinceRunMs }) => sinceRunMs ?? 0));
    return `Every rollout is Terminal after ${formatDuration(last)}.`;
  }
  const open = newest.filter(({ state }) => state !== 'Terminal');
  const names = namesInWords(
    open.map(({ channel, state }) => `${channel} is ${state ?? 'not open'}`),
    MAX_NAMES,
  );
  const why = {
    finished: 'nothing is in progress',
    stuck: 'nothing can change any more',
    until: 'the time limit was reached',
    unsettled: 'some hosts had not finished in the time allowed',
    interrupted: 'it was interrupted',
    'process-failed': 'a process failed',
  }[endedBecause];
  return `Not every rollout is Terminal: ${names}. The run ended at ${clock(endedRunMs)}, because ${why}.`;
}
