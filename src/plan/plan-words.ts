import { count, formatDuration, formatRoundDuration, namesOf, type StartClock } from '../text/index.ts';
import { verdictWords, type Assumption } from '../simulator/index.ts';
import { changeSummaries, type ChangeSummary } from './change-words.ts';
import { channelOf, type PathLink } from './critical-path.ts';
import type { BadRelease, Blast } from './blast-radius.ts';
import type { Comparison, Forecast } from './forecast.ts';
import type { Plan, PlannedGate, PlannedWave } from './plan.ts';
import { roughly } from './deadline.ts';

const MINUTE_MS = 60_000;

/** The verdict on the plan's run, with its uncertainty, as worded in reports and the page. */
export function headline({ verdict, forecast, waves }: Plan, clock: StartClock): string {
  const words = verdictWords(verdict, clock, verdict.type === 'done' ? whenDone(forecast, verdict.runMs, clock) : null);
  return waves.length > 0 && waves.every(({ switching }) => switching === 0) ? `No host switches. ${words}` : words;
}

function whenDone(forecast: Forecast | null, runMs: number, clock: StartClock): string {
  const by = clock === formatDuration ? 'within' : 'by';
  const [p50, p95] = [forecast?.p50 ?? null, forecast?.p95 ?? null];
  if ((p95?.ms ?? runMs) === 0) return 'already';
  if (p50 === null || p95 === null) return `${by} ${clock(runMs)}`;
  const [half, likely] = [clock(p50.ms), clock(p95.ms)];
  return half === likely
    ? `${by} ${half} in 95 % of the runs`
    : `${by} ${half} in half of the runs, and ${by} ${likely} in 95 %`;
}

/** The shortest soak of a wave, and the configured soak if that is longer. */
export function soakWords({ soakMinutes, shortestSoakMs, switching }: PlannedWave): string {
  if (switching === 0) return 'none';
  const soakMs = soakMinutes * MINUTE_MS;
  const isShort = shortestSoakMs !== null && shortestSoakMs < soakMs;
  return `${isShort ? `${roughly(shortestSoakMs)} of ` : ''}${formatRoundDuration(soakMs)}`;
}

/** When a wave starts; a wave that runs the release already has nothing to start. */
export function startWords({ startsMs, switching }: PlannedWave, clock: StartClock): string {
  if (startsMs === null) return 'never';
  return switching === 0 ? '-' : clock(startsMs);
}

/** The result of a search for a deadline, without the changes found; `null` for other comparisons. */
export function deadlineWords({ base, deadlineMs, results }: Comparison): string | null {
  if (deadlineMs === null) return null;
  if (base.p95 !== null && base.p95.ms <= deadlineMs) return 'The plan meets it without changes.';
  if (results.some(({ keepsDeadline }) => keepsDeadline === true)) return null;
  return results.length === 0
    ? 'No change of one or two values meets it.'
    : 'No change of one or two values meets it. These help most:';
}

export function comparisonTitle({ deadlineMs }: Comparison, clock: StartClock): string {
  return deadlineMs === null ? 'What if' : `To meet the deadline ${clock(deadlineMs)}`;
}

/** How much sooner or later a change ends the rollout; empty if unknown. */
export function savedWords(savedMs: number | null): string {
  if (savedMs === null) return '';
  if (savedMs === 0) return 'no difference';
  return savedMs > 0 ? `${roughly(savedMs)} sooner` : `${roughly(-savedMs)} later`;
}

/** The changes, one sentence each. Without the running fleet, the first states the assumption. */
export function changesOf({ changes, assumptions, scenario }: Plan): readonly ChangeSummary[] {
  const hosts = scenario.rollouts.flatMap((rollout) => rollout.hosts.map(({ hostname }) => hostname));
  if (changes !== null) return changeSummaries(changes, new Set(hosts));
  const assumed = assumptions.find(({ isAboutClosures }) => isAboutClosures === true);
  const what = assumed?.what ?? `${count(hosts.length, 'host')}: ${namesOf(hosts, 6)}.`;
  return [{ type: 'closure', what, effect: assumed?.change ?? '' }];
}

/** What a plan assumes, apart from what `changesOf` says. */
export function furtherAssumptions({ assumptions }: Plan): readonly Assumption[] {
  return assumptions.filter(({ isAboutClosures }) => isAboutClosures !== true);
}

/** What takes the time, in one line: the parts of the critical path, and the longest holds; empty for none. */
export function bindingWords({ path, gates }: Plan): string {
  const parts = Object.entries(PARTS).map(([kind, name]) => {
    const links = path.links.filter((link) => link.kind === kind);
    return { name, ms: links.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0) };
  });
  const longestFirst = gates.toSorted((a, b) => b.longestMs - a.longestMs);
  const holds = new Map<string, number>();
  for (const gate of longestFirst) if (!holds.has(gateName(gate))) holds.set(gateName(gate), gate.longestMs);
  const held = [...holds].slice(0, MAX_HOLDS).map(([name, ms]) => ({ name, ms }));
  return [listed('What takes the time', parts), listed('Longest holds', held)].filter((each) => each !== '').join(' ');
}

function listed(title: string, items: readonly { readonly name: string; readonly ms: number }[]): string {
  const shown = items.filter(({ ms }) => ms >= SHORTEST_PART_MS).toSorted((a, b) => b.ms - a.ms);
  return shown.length === 0 ? '' : `${title}: ${shown.map(({ name, ms }) => `${name} ${roughly(ms)}`).join(', ')}.`;
}

const MAX_HOLDS = 3;
const PARTS: Readonly<Record<PathLink['kind'], string>> = {
  start: 'waiting for the start',
  gate: 'waiting for planning passes',
  activation: 'switches',
  soak: 'soaks',
  convergence: 'reports',
};

/** One host of the critical path, or several that take turns for one budget. */
export interface PlannedStep {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly text: string;
}

/** The critical path in words, one line per host. */
export function pathSteps(links: readonly PathLink[]): readonly PlannedStep[] {
  const turns = grouped(
    grouped(links, ({ rolloutId, hostname }) => JSON.stringify([rolloutId, hostname])),
    ([{ rolloutId, wave, budget, hostname }]) => JSON.stringify([rolloutId, wave, budget ?? ['alone', hostname]]),
  );
  return turns.map(([first, ...others]) => {
    const [start] = first;
    const end = (others.at(-1) ?? first).at(-1) ?? start;
    const text = others.length === 0 ? hostWords(first) : turnsWords([first, ...others]);
    return { fromMs: start.fromMs, untilMs: end.untilMs, text };
  });
}

type Some<Item> = readonly [Item, ...Item[]];

function turnsWords(hosts: Some<Some<PathLink>>): string {
  const [[{ rolloutId, wave, budget }]] = hosts;
  const names = hosts.map(([{ hostname }]) => hostname);
  return `${count(names.length, 'host')} of ${channelOf(rolloutId)}/${wave} take turns under the budget ${budget ?? ''}: ${namesOf(names, MAX_NAMES)}`;
}

function hostWords(links: Some<PathLink>): string {
  const [{ hostname, rolloutId, wave, budget, isRunningIt }] = links;
  const who = `${hostname} of ${channelOf(rolloutId)}/${wave}`;
  if (isRunningIt) return `${who} already runs the target, and converges`;
  const parts = links.flatMap(({ kind, fromMs, untilMs }) =>
    untilMs - fromMs < SHORTEST_PART_MS ? [] : [`${KINDS[kind]} ${roughly(untilMs - fromMs)}`],
  );
  return `${who}${budget === null ? '' : `, after the budget ${budget} held it`}: ${parts.join(', ')}`;
}

const MAX_NAMES = 4;
/** Shorter parts of a step would be shown as 0s. */
const SHORTEST_PART_MS = 500;
const KINDS: Readonly<Record<PathLink['kind'], string>> = {
  start: 'waits for the start',
  gate: 'waits for a planning pass',
  activation: 'switches in',
  soak: 'soaks',
  convergence: 'reports in',
};

/** Groups consecutive items with the same key. */
function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Some<Item>[] {
  const groups: [Item, ...Item[]][] = [];
  let key: string | null = null;
  for (const item of items) {
    const own = keyOf(item);
    const last = groups.at(-1);
    if (own === key && last !== undefined) last.push(item);
    else groups.push([item]);
    key = own;
  }
  return groups;
}

/** A gate that holds hosts for longer than a planning pass. */
export function gateWords(gate: PlannedGate): string {
  const { hosts, longestMs } = gate;
  return `${gateName(gate)} holds ${count(hosts, 'host')} for ${hosts === 1 ? '' : 'up to '}${roughly(longestMs)}`;
}

function gateName({ gate, budget }: PlannedGate): string {
  if (gate === 'extension') return `${budget ?? ''} (not in the protocol)`;
  return budget === null ? gate : `${gate} ${budget}`;
}

/** When a bad release stops the rollout, in a few words. */
export function stopWords({ failedMs, stoppedMs }: Blast, clock: StartClock): string {
  if (failedMs === null) return 'it never gets the release';
  if (stoppedMs === null) return `never; it is bad from ${clock(failedMs)}`;
  const laterMs = stoppedMs - failedMs;
  return laterMs < 1000 ? clock(stoppedMs) : `${clock(stoppedMs)}, ${roughly(laterMs)} after it failed`;
}

/** How a release is bad, for a table. */
export const BAD_WORDS: Readonly<Record<BadRelease, string>> = {
  activation: 'the switch',
  probe: 'a probe',
  'probe-after-soak': 'a probe, later',
};

/** The explanation of the columns in a table of bad releases. */
export const BLAST_LEGEND = [
  'had it: hosts that ran the release when it failed; back: hosts that roll back; keep: hosts that run it at the end; missed: those of them whose own probes pass.',
  'A probe that fails later does so after the soak, when nothing stops the rollout.',
] as const;
