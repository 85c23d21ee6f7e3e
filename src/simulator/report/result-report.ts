import { hostStates } from '../../machine/host-states.ts';
import type { HostState } from '../../machine/record.ts';
import { INVARIANT_NAMES } from '../invariants/invariant-names.ts';
import type { HeldBack, HostResult, Holding, RolloutResult, Run, WaveResult } from '../run.ts';
import { count, formatCount, formatDuration } from '../../text/index.ts';
import { Page, type Cell, type PageFormat, type Tone } from './page.ts';
import { namesOf, ofEach, shortRef, shortRefs } from './words.ts';

/** A wave with more hosts than this is told in numbers, with those that did not converge by name. */
const MAX_HOSTS_LISTED = 24;
const MAX_EXCEPTIONS = 12;
const MAX_NAMES = 6;
const MAX_HOLD_GROUPS = 20;
const MAX_VIOLATIONS = 10;

const TONES: Readonly<Record<HostState, Tone>> = {
  Pending: 'quiet',
  Activating: 'plain',
  Deferred: 'warn',
  Soaking: 'plain',
  Converged: 'good',
  Failed: 'bad',
  Reverted: 'bad',
};

/** What became of a run, for a person: each channel and wave, every host that matters, and what is held by what. */
export function resultReport(run: Run, format: PageFormat): string {
  const page = new Page(format);
  for (const rollout of run.rollouts)
    if (rollout.waves.some(({ hosts }) => hosts.length > 0)) rolloutReport(page, rollout);
  holdsReport(page, run);
  faultsReport(page, run);
  violationsReport(page, run);
  page.title('Outcome');
  page.line(outcomeSentence(run), run.outcome === 'terminal' ? 'good' : 'bad', 2);
  page.line(
    `Replay it with --seed ${run.scenario.seed}. ${formatCount(run.machineSteps)} machine steps, all ${INVARIANT_NAMES.length} invariants checked at every event.`,
    'quiet',
    2,
  );
  return page.text;
}

function rolloutReport(page: Page, rollout: RolloutResult): void {
  const at = rollout.rolloutId.indexOf('@');
  page.title(`Channel ${rollout.channel} to ${shortRef(rollout.rolloutId.slice(at + 1))}`);
  page.line(
    rolloutSentence(rollout),
    rollout.state === 'Terminal' ? 'good' : rollout.state === 'Superseded' ? 'warn' : 'bad',
    2,
  );
  for (const wave of rollout.waves) waveReport(page, wave);
}

function rolloutSentence({ state, openedAt, since }: RolloutResult): string {
  if (state === null || openedAt === null) return 'Never opened.';
  if (state === 'Terminal') return `Terminal ${formatDuration((since ?? 0) - openedAt)} after it opened.`;
  return `${state} since ${formatDuration(since ?? 0)}.`;
}

function waveReport(page: Page, wave: WaveResult): void {
  const shared = sharedDetails(wave);
  page.line(`Wave ${wave.wave}: ${waveTimes(wave)}; ${countsOf(wave)}`, 'plain', 2);
  if (shared.size > 0) page.line(`all of it ${[...shared].join(', ')}`, 'quiet', 4);
  const isLarge = wave.hosts.length > MAX_HOSTS_LISTED;
  const shown = isLarge ? wave.hosts.filter(({ state }) => state !== 'Converged').slice(0, MAX_EXCEPTIONS) : wave.hosts;
  const told = new Map<string, string>();
  page.rows(
    shown.map((host) => hostCells(host, isLarge, shared, told)),
    4,
  );
  const left = isLarge ? wave.hosts.filter(({ state }) => state !== 'Converged').length - shown.length : 0;
  if (left > 0) page.line(`and ${formatCount(left)} more that did not converge`, 'quiet', 4);
  if (isLarge) waveWaits(page, wave);
}

function waveTimes({ startedAt, endedAt, hosts }: WaveResult): string {
  if (hosts.length === 0) return 'empty';
  if (startedAt === null) return 'not started';
  return endedAt === null
    ? `from ${formatDuration(startedAt)}, not through`
    : `${formatDuration(startedAt)} to ${formatDuration(endedAt)}`;
}

function countsOf({ counts, hosts }: WaveResult): string {
  const parts = hostStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${formatCount(counts[state])} ${state}`);
  return hosts.length === 0 ? 'no hosts' : parts.join(', ');
}

function hostCells(
  { host, state, since, because, heldBack, dispatchedAt }: HostResult,
  isBrief: boolean,
  shared: ReadonlySet<string>,
  told: Map<string, string>,
): Cell[] {
  const waits = isBrief ? [] : waitsOf(heldBack);
  const details = [{ text: because, brief: null }, ...waits]
    .filter(({ text }) => text !== '' && !shared.has(ofEach(text, host)))
    .map((detail) => toldOnce(detail, host, told))
    .join('; ');
  const isOpen = state === 'Pending' && dispatchedAt === null;
  return [
    { text: host },
    { text: state, tone: TONES[state] },
    { text: isOpen ? '' : formatDuration(since), align: 'right' },
    { text: shortRefs(details), tone: 'quiet' },
  ];
}

interface Detail {
  readonly text: string;
  /** What stands for it where another host of the wave has it as well; `null` for what is short itself. */
  readonly brief: string | null;
}

/** The waits that took any time, one for each gate. */
function waitsOf(heldBack: readonly HeldBack[]): readonly Detail[] {
  const waits = new Map<string, { ms: number; isOpen: boolean; reason: string }>();
  for (const { gate, fromMs, untilMs, reason } of heldBack) {
    const known = waits.get(gate) ?? { ms: 0, isOpen: false, reason };
    waits.set(gate, { ms: known.ms + (untilMs ?? fromMs) - fromMs, isOpen: known.isOpen || untilMs === null, reason });
  }
  return [...waits]
    .filter(([, { ms, isOpen }]) => ms >= 1000 || isOpen)
    .map(([gate, { ms, isOpen, reason }]) =>
      isOpen
        ? { text: `held by ${gate}: ${reason}`, brief: `held by ${gate}` }
        : { text: `waited ${formatDuration(ms)} for ${gate}`, brief: null },
    );
}

/** A gate says the same of one host after the other: its reason is told of the first, in `told`. */
function toldOnce({ text, brief }: Detail, host: string, told: Map<string, string>): string {
  if (brief === null) return text;
  const same = ofEach(text, host);
  const first = told.get(same);
  if (first !== undefined) return `${brief}, as ${first}`;
  told.set(same, host);
  return text;
}

/** What every host of a wave waited for, to the second, and why it is where it is: told once. */
function sharedDetails({ hosts }: WaveResult): ReadonlySet<string> {
  const [first, ...rest] = hosts;
  if (first === undefined || rest.length === 0) return new Set();
  const shared = new Set(detailsOfEach(first));
  for (const result of rest) {
    if (shared.size === 0) break;
    const details = detailsOfEach(result);
    for (const detail of shared) if (!details.includes(detail)) shared.delete(detail);
  }
  return shared;
}

function detailsOfEach({ host, heldBack, because }: HostResult): readonly string[] {
  return [...waitsOf(heldBack).map(({ text }) => text), because]
    .filter((text) => text !== '')
    .map((text) => ofEach(text, host));
}

function waveWaits(page: Page, { hosts }: WaveResult): void {
  const longest = new Map<string, { hosts: number; ms: number }>();
  for (const { heldBack } of hosts) {
    // A gate tells of a host again when its reason changes; that is still one host that waits for it.
    const waits = new Map<string, number>();
    for (const { gate, fromMs, untilMs } of heldBack)
      waits.set(gate, (waits.get(gate) ?? 0) + (untilMs ?? fromMs) - fromMs);
    for (const [gate, ms] of waits) {
      const known = longest.get(gate) ?? { hosts: 0, ms: 0 };
      longest.set(gate, { hosts: known.hosts + 1, ms: Math.max(known.ms, ms) });
    }
  }
  for (const [gate, { hosts: held, ms }] of longest) {
    if (ms > 0) page.line(`${gate} held ${count(held, 'host')} back, for up to ${formatDuration(ms)}`, 'quiet', 4);
  }
}

/** Hosts that are held by the same thing are told together. */
function holdsReport(page: Page, { holds }: Run): void {
  if (holds.length === 0) return;
  const groups = new Map<string, Holding[]>();
  for (const hold of holds) {
    const key = JSON.stringify([hold.rollout, hold.state, hold.heldBy, hold.reason.replaceAll(hold.host, '')]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [hold]);
    else group.push(hold);
  }
  page.title('What is held, and by what');
  for (const group of [...groups.values()].slice(0, MAX_HOLD_GROUPS)) {
    const [first] = group;
    if (first === undefined) continue;
    const who =
      group.length === 1 ? first.host : `${count(group.length, 'host')} of ${first.rollout.split('@')[0] ?? ''}`;
    page.line(
      `${who}: ${first.state}, held by ${first.heldBy} ${holdTimes(group)}`,
      first.heldBy === 'unexplained' ? 'bad' : 'warn',
      2,
    );
    const reasons = new Set(group.map(({ host, reason }) => ofEach(reason, host)));
    const [shared = ''] = reasons;
    page.line(shortRefs(group.length > 1 && reasons.size === 1 ? shared : first.reason), 'quiet', 4);
    if (group.length > 1)
      page.line(
        namesOf(
          group.map(({ host }) => host),
          MAX_NAMES,
        ),
        'quiet',
        4,
      );
  }
  if (groups.size > MAX_HOLD_GROUPS)
    page.line(`and ${formatCount(groups.size - MAX_HOLD_GROUPS)} more reasons; --json has them all`, 'quiet', 2);
}

/** From when to when, and that not all are held as long where that shows. */
function holdTimes(group: readonly Holding[]): string {
  let [from, lastFrom, until, firstUntil] = [Infinity, 0, -1, Infinity];
  for (const hold of group) {
    from = Math.min(from, hold.since);
    lastFrom = Math.max(lastFrom, hold.since);
    until = Math.max(until, hold.until ?? -1);
    firstUntil = Math.min(firstUntil, hold.until ?? Infinity);
  }
  const since = `since ${formatDuration(from)}${formatDuration(lastFrom) === formatDuration(from) ? '' : ' or later'}`;
  if (until < 0) return since;
  const isOne = formatDuration(firstUntil) === formatDuration(until);
  return `${since}, until ${formatDuration(until)}${isOne ? '' : ' at the latest'}`;
}

function faultsReport(page: Page, { faults }: Run): void {
  const told = faults.filter(({ count: happened, askedFor }) => happened > 0 || askedFor);
  if (told.length === 0) return;
  page.title('Faults');
  page.rows(
    told.map(({ fault, count: happened }) => [
      { text: fault },
      happened > 0
        ? { text: happened === 1 ? 'once' : `${formatCount(happened)} times` }
        : { text: 'asked for but never fired', tone: 'warn' },
    ]),
  );
}

function violationsReport(page: Page, { violations }: Run): void {
  if (violations.length === 0) return;
  page.title('Broken invariants');
  page.rows(
    violations
      .slice(0, MAX_VIOLATIONS)
      .map(({ runMs, invariant, message }) => [
        { text: formatDuration(runMs), align: 'right', tone: 'quiet' },
        { text: invariant, tone: 'bad' },
        { text: shortRefs(message) },
      ]),
  );
  if (violations.length > MAX_VIOLATIONS)
    page.line(`and ${formatCount(violations.length - MAX_VIOLATIONS)} more; --json has them all`, 'quiet', 2);
}

function outcomeSentence({ outcome, endedBecause, endedAt, rollouts }: Run): string {
  const newest = rollouts.filter(({ isNewest, waves }) => isNewest && waves.some(({ hosts }) => hosts.length > 0));
  if (outcome === 'invariant-broken') return 'The protocol broke one of its promises.';
  if (newest.length === 0) return 'There was nothing to roll out.';
  if (outcome === 'terminal') {
    const last = Math.max(...newest.map(({ since }) => since ?? 0));
    return `Every rollout is Terminal after ${formatDuration(last)}.`;
  }
  const open = newest.filter(({ state }) => state !== 'Terminal');
  const names = namesOf(
    open.map(({ channel, state }) => `${channel} is ${state ?? 'not open'}`),
    MAX_NAMES,
  );
  const why = {
    finished: 'nothing is under way any more',
    stuck: 'nothing can change any more',
    until: 'it was not to run longer',
    unsettled: 'not everything came to an end in the time that it may take',
  }[endedBecause];
  return `Not every rollout is Terminal: ${names}. The run ended after ${formatDuration(endedAt)}, because ${why}.`;
}
