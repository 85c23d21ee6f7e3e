import { selectorKey, selectorSummary, type DisruptionBudget, type Fleet, type FleetPolicy } from '../fleet/index.ts';
import { DEFAULT_SOAK_MINUTES } from '../fleet/internal.ts';
import { NO_EXTENSIONS, type Extensions } from '../simulator/index.ts';
import { parseFreeze, parseSpan } from '../simulator/internal.ts';
import type { PlanInput } from './plan-scenario.ts';
import {
  formatRoundDuration,
  nearestName,
  parseDuration,
  quote,
  someNames,
  type Problem,
  type StartTime,
} from '../text/index.ts';

/** A change to one value of a fleet file, or an extension, to see its effect. */
export type WhatIf =
  | { readonly type: 'budget'; readonly selectorKey: string; readonly summary: string; readonly limit: BudgetLimit }
  | { readonly type: 'soak'; readonly channel: string; readonly wave: number; readonly minutes: number }
  | { readonly type: 'edge' | 'channel-edge'; readonly gated: string; readonly gates: string }
  /** A gate that the protocol does not have. */
  | { readonly type: 'extension'; readonly text: string; readonly extensions: Partial<Extensions> };

/** A change to the fleet file. */
export type FleetWhatIf = Exclude<WhatIf, { readonly type: 'extension' }>;

/** `null` for no limit. */
export type BudgetLimit = { readonly hosts: number } | { readonly percent: number } | null;

/** What a change must not touch. */
export const KEEPABLE = ['soaks', 'budgets', 'edges'] as const;
/** One of them. */
export type Keepable = (typeof KEEPABLE)[number];

/** Which of the values to keep a change would affect. */
export function touches(change: FleetWhatIf): Keepable {
  switch (change.type) {
    case 'soak':
      return 'soaks';
    case 'budget':
      return 'budgets';
    case 'edge':
    case 'channel-edge':
      return 'edges';
  }
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const EXTENSION_FORMS = { freeze: 'freeze=22:00-06:00', pause: 'pause=1h-2h', approval: 'approval=20m' };
const FORMS =
  'Write budget:SELECTOR=N, budget:SELECTOR=N%, budget:SELECTOR=none, wave:CHANNEL/N.soak=15m, edge:GATED>GATES=none or channel-edge:GATED>GATES=none; or what is not in the protocol: freeze=22:00-06:00, pause=1h-2h or approval=20m.';

/** Reads a `--what-if`. If it matches nothing in the fleet, adds a problem and returns `null`. */
export function readWhatIf(
  text: string,
  fleet: Fleet,
  problems: Problem[],
  start: StartTime | null = null,
): WhatIf | null {
  const path = `--what-if ${text}`;
  const refuse = (message: string, remedy: string): null => {
    problems.push({ path, message, remedy });
    return null;
  };
  const [, extension, setting = ''] = /^(freeze|pause|approval)=(.*)$/.exec(text) ?? [];
  // The pattern lets no other name through.
  const form = EXTENSION_FORMS[extension as keyof typeof EXTENSION_FORMS];
  if (extension !== undefined) {
    if (extension === 'freeze' && start === null) return refuse('a time of day needs a start', 'Give --start 22:00.');
    const extensions = readExtension(extension, setting.replace('-', ' to '), start?.offsetMinutes ?? 0);
    if (extensions === null) return refuse(`${quote(setting)} is not a value for ${extension}`, `Write ${form}.`);
    return { type: 'extension', text, extensions };
  }
  const split = /^(budget|wave|edge|channel-edge):(.+)=([^=]*)$/.exec(text);
  if (split === null) return refuse('expected a place in the fleet file and a value', FORMS);
  const [, kind = '', place = '', value = ''] = split;
  if (kind === 'budget') {
    const budget = fleet.disruptionBudgets.find(({ selector }) => selectorSummary(selector) === place);
    const summaries = fleet.disruptionBudgets.map(({ selector }) => selectorSummary(selector));
    if (budget === undefined) return refuse(`there is no budget ${quote(place)}`, oneOf(summaries));
    const limit = readLimit(value);
    if (limit === undefined) return refuse(`${quote(value)} is not a limit`, 'Write a number of hosts, 25%, or none.');
    return { type: 'budget', selectorKey: selectorKey(budget.selector), summary: place, limit };
  }
  if (kind === 'wave') {
    const [, channel = '', number = ''] = /^(.+)\/(\d{1,6})\.soak$/.exec(place) ?? [];
    const waves = fleet.waves.get(channel)?.length ?? (fleet.channels.has(channel) ? 1 : 0);
    const wave = Number(number);
    if (number === '' || wave >= Math.max(1, waves) || !fleet.channels.has(channel)) {
      if (number !== '' && fleet.channels.has(channel))
        return refuse(`channel ${channel} has no wave ${wave}`, `Name a wave from 0 to ${Math.max(1, waves) - 1}.`);
      const nearest = nearestName(channel, fleet.channels.keys());
      return refuse(
        `there is no wave ${quote(place)}`,
        `Write wave:CHANNEL/N.soak=15m, with one of the channels ${someNames(fleet.channels.keys())}${nearest === null ? '' : `, such as wave:${nearest}/0.soak=15m`}.`,
      );
    }
    const ms = parseDuration(value);
    if (ms === null || ms % MINUTE_MS !== 0)
      return refuse(`${quote(value)} is not a number of minutes`, 'Write it as 15m or 1h30m, in whole minutes.');
    return { type: 'soak', channel, wave, minutes: ms / MINUTE_MS };
  }
  const [gated = '', gates = ''] = place.split('>', 2);
  const edges = kind === 'edge' ? fleet.edges : fleet.channelEdges;
  if (!edges.some((edge) => edge.gated === gated && edge.gates === gates))
    return refuse(`there is no edge ${quote(place)}`, oneOf(edges.map((edge) => `${edge.gated}>${edge.gates}`)));
  if (value !== 'none') return refuse(`an edge can only be removed`, `Write ${kind}:${place}=none.`);
  return { type: kind === 'edge' ? 'edge' : 'channel-edge', gated, gates };
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'Leave it out: the fleet has none.' : `Name one of: ${someNames(names)}.`;
}

/** @param offsetMinutes how far the zone of its times of day is ahead of UTC */
function readExtension(name: string, value: string, offsetMinutes: number): Partial<Extensions> | null {
  if (name === 'freeze') {
    const freeze = parseFreeze(value);
    const inUtc = (minute: number): number => (minute - offsetMinutes + 2 * DAY_MINUTES) % DAY_MINUTES;
    return freeze === null
      ? null
      : { freeze: { fromMinute: inUtc(freeze.fromMinute), untilMinute: inUtc(freeze.untilMinute) } };
  }
  if (name === 'pause') {
    const pause = parseSpan(value);
    return pause === null ? null : { pause };
  }
  const approvalMs = parseDuration(value);
  return approvalMs === null ? null : { approvalMs };
}

function readLimit(value: string): BudgetLimit | undefined {
  if (value === 'none') return null;
  const [, digits, percent] = /^(\d{1,7})(%?)$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  if (percent === '') return { hosts: Number(digits) };
  return Number(digits) <= 100 ? { percent: Number(digits) } : undefined;
}

/** The input of a plan with these changes. */
export function applyWhatIf(input: PlanInput, changes: readonly WhatIf[]): PlanInput {
  return changes.reduce(
    (changed, change) =>
      change.type === 'extension'
        ? { ...changed, extensions: { ...NO_EXTENSIONS, ...changed.extensions, ...change.extensions } }
        : { ...changed, next: applyOne(changed.next, change) },
    input,
  );
}

function applyOne(fleet: Fleet, change: FleetWhatIf): Fleet {
  switch (change.type) {
    case 'budget':
      return {
        ...fleet,
        disruptionBudgets: fleet.disruptionBudgets.map((budget) =>
          selectorKey(budget.selector) === change.selectorKey ? limited(budget, change.limit) : budget,
        ),
      };
    case 'soak':
      return withSoak(fleet, change.channel, change.wave, change.minutes);
    case 'edge':
      return { ...fleet, edges: fleet.edges.filter((edge) => !isSame(edge, change)) };
    case 'channel-edge':
      return { ...fleet, channelEdges: fleet.channelEdges.filter((edge) => !isSame(edge, change)) };
  }
}

interface Ends {
  readonly gated: string;
  readonly gates: string;
}

const isSame = (a: Ends, b: Ends): boolean => a.gated === b.gated && a.gates === b.gates;

function limited(budget: DisruptionBudget, limit: BudgetLimit): DisruptionBudget {
  const maxInFlight = limit !== null && 'hosts' in limit ? limit.hosts : null;
  const maxInFlightPct = limit !== null && 'percent' in limit ? limit.percent : null;
  return { ...budget, maxInFlight, maxInFlightPct };
}

/** The channel gets its own policy, because others may share the old one. */
function withSoak(fleet: Fleet, channelName: string, wave: number, minutes: number): Fleet {
  const channel = fleet.channels.get(channelName);
  const policy = channel === undefined ? undefined : fleet.rolloutPolicies.get(channel.rolloutPolicy);
  if (channel === undefined || policy === undefined) throw new RangeError(`There is no channel ${channelName}.`);
  const rolloutPolicy = `${channel.rolloutPolicy} of ${channelName}`;
  return {
    ...fleet,
    channels: new Map(fleet.channels).set(channelName, { ...channel, rolloutPolicy }),
    rolloutPolicies: new Map(fleet.rolloutPolicies).set(rolloutPolicy, soaking(policy, wave, minutes)),
  };
}

const NO_SELECTOR = { all: false, channel: null, hosts: [], tags: [], tagsAny: [] };

function soaking(policy: FleetPolicy, wave: number, soakMinutes: number): FleetPolicy {
  const length = Math.max(policy.waves.length, wave + 1);
  const waves = Array.from({ length }, (_, at) => {
    const known = policy.waves[at] ?? { selector: NO_SELECTOR, soakMinutes: DEFAULT_SOAK_MINUTES };
    return at === wave ? { ...known, soakMinutes } : known;
  });
  return { ...policy, waves };
}

/** A change in the syntax of `--what-if`. */
export function writeWhatIf(change: WhatIf): string {
  switch (change.type) {
    case 'budget':
      return `budget:${change.summary}=${limitText(change.limit)}`;
    case 'extension':
      return `${change.text} (not in the protocol)`;
    case 'soak':
      return `wave:${change.channel}/${change.wave}.soak=${formatRoundDuration(change.minutes * MINUTE_MS).replaceAll(' ', '')}`;
    case 'edge':
    case 'channel-edge':
      return `${change.type}:${change.gated}>${change.gates}=none`;
  }
}

function limitText(limit: BudgetLimit): string {
  if (limit === null) return 'none';
  return 'hosts' in limit ? String(limit.hosts) : `${limit.percent}%`;
}
