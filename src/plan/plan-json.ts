import { z } from 'zod';
import { Moment, whatIsHeld } from '../simulator/index.ts';
import { startClock, type StartTime } from '../text/index.ts';
import { BAD_RELEASES } from './blast-radius.ts';
import type { Comparison } from './forecast.ts';
import { SEVERITIES } from './lints.ts';
import type { Plan } from './plan.ts';
import { changesOf, headline } from './plan-words.ts';

/** The `format` of a plan document. */
export const PLAN_FORMAT = 'nixfleet-statechart-plan';
/** Raised when an older reader could misread a newer plan. */
export const PLAN_VERSION = 1;

const list = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> => z.array(item).readonly();

const name = z.string();
const count = z.int().min(0);
const wave = count.describe('Waves count from 0');
const ms = z.number().min(0).describe('Milliseconds since the start');
const durationMs = z.number().min(0);
const gate = z.string().describe('The name of the gate in the specification');
const ofWave = { rolloutId: name, wave };

const span = z.strictObject({
  minMs: durationMs,
  maxMs: durationMs,
  quantilesMs: list(durationMs).optional().describe('Evenly spaced; without them, all durations are equally likely'),
});

const quantile = z
  .strictObject({ ms, lowMs: ms, highMs: ms.nullable().describe('null: too few runs') })
  .nullable()
  .describe('With its 95 % confidence interval; null: too few runs');

const policy = z.enum(['halt', 'rollback-and-halt']);
const mode = z.enum(['disabled', 'permissive', 'enforce']);
const changeType = { path: name.describe('The place in the new file') };
const ends = { gated: name, gates: name, isNew: z.boolean() };
const change = z.discriminatedUnion('type', [
  z.strictObject({ ...changeType, type: z.enum(['host-joins', 'host-leaves']), hostname: name, channel: name }),
  z.strictObject({ ...changeType, type: z.literal('host-moves'), hostname: name, from: name, to: name }),
  z.strictObject({
    ...changeType,
    type: z.literal('closure'),
    hostname: name,
    from: name.nullable(),
    to: name.nullable(),
  }),
  z.strictObject({ ...changeType, type: z.literal('pin'), hostname: name, isPinned: z.boolean() }),
  z.strictObject({
    ...changeType,
    type: z.literal('wave'),
    hostname: name,
    channel: name,
    from: wave.nullable().describe('null: in no wave'),
    to: wave.nullable(),
  }),
  z.strictObject({
    ...changeType,
    type: z.literal('soak'),
    channel: name,
    wave,
    fromMinutes: z.number(),
    toMinutes: z.number(),
  }),
  z.strictObject({ ...changeType, type: z.literal('waves'), channel: name, from: count, to: count }),
  z.strictObject({ ...changeType, type: z.literal('failure-policy'), channel: name, from: policy, to: policy }),
  z.strictObject({ ...changeType, type: z.literal('compliance'), channel: name, from: mode, to: mode }),
  z.strictObject({
    ...changeType,
    type: z.literal('budget'),
    summary: name.describe('The selector'),
    from: count.nullable().describe('null: no limit'),
    to: count.nullable(),
  }),
  z.strictObject({ ...changeType, type: z.enum(['edge', 'channel-edge']), ...ends }),
  z.strictObject({ ...changeType, type: z.enum(['channel-joins', 'channel-leaves']), channel: name }),
]);

const plannedWave = z.strictObject({
  ...ofWave,
  channel: name,
  hosts: count,
  switching: count.describe('Hosts that switch, or have begun to; the others run the release already'),
  soakMinutes: z.number(),
  shortestSoakMs: durationMs.nullable().describe('null: no host soaks'),
  startsMs: ms.nullable().describe('null: never'),
  endsMs: ms.nullable().describe('null: never'),
});

const forecast = z.strictObject({
  runs: count,
  firstSeed: count,
  outcomes: z.strictObject({ terminal: count, 'not-terminal': count, 'invariant-broken': count }),
  waves: list(
    z.strictObject({
      ...ofWave,
      p50: quantile,
      p95: quantile,
      never: count.describe('In how many runs it never finished'),
    }),
  ),
  p50: quantile,
  p95: quantile,
});

const link = z.strictObject({
  kind: z.enum(['start', 'gate', 'activation', 'soak', 'convergence']),
  hostname: name,
  ...ofWave,
  fromMs: ms,
  untilMs: ms,
  gate: gate.nullable().describe('The last gate that held the host; null: none'),
  budget: name.nullable(),
  isRunningIt: z.boolean().describe('The host ran the release before, and was never dispatched'),
});

const blast = z.strictObject({
  ...ofWave,
  hostname: name,
  how: z.enum(BAD_RELEASES),
  failedMs: ms.nullable().describe('null: it never got the release'),
  stoppedMs: ms.nullable().describe('null: the rollout went on'),
  hadIt: count.describe('Hosts that ran the release when it began to fail'),
  haveItAtEnd: count,
  wentBack: count.describe('Hosts that rolled back'),
  notTold: count.describe('Hosts that keep the release because their own probes pass'),
});

const comparison = z.strictObject({
  what: z.enum(['what-if', 'deadline']),
  base: z.strictObject({ p50: quantile, p95: quantile }),
  deadlineMs: ms.nullable(),
  results: list(
    z.strictObject({
      changes: list(name).describe('In the syntax of --what-if'),
      p50: quantile,
      p95: quantile,
      savedMs: z.number().nullable().describe('Negative: it ends later'),
      keepsDeadline: z.boolean().nullable(),
    }),
  ),
  tried: count,
});

const planSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  version: z.literal(PLAN_VERSION),
  headline: z.string().describe('The answer, in a sentence'),
  outcome: z.enum(['terminal', 'not-terminal', 'invariant-broken']).describe('Of the run without faults'),
  seed: count,
  startAt: z.string().nullable().describe('RFC 3339; null: the plan names no start'),
  endsMs: ms,
  held: list(z.strictObject({ hostname: name, rolloutId: name, heldBy: name })).describe(
    'Hosts that are not at an end when the run is over',
  ),
  changes: list(change).nullable().describe('null: what runs now is unknown'),
  summary: list(z.strictObject({ type: name, what: name, effect: name })).describe('The changes, in words'),
  waves: list(plannedWave),
  gates: list(
    z.strictObject({
      rolloutId: name,
      gate,
      budget: name.nullable().describe('The selector of a budget'),
      hosts: count,
      longestMs: durationMs.describe('The longest time that it holds one of them'),
    }),
  ).describe('Gates that hold hosts for a minute or longer'),
  forecast: forecast.nullable().describe('null: one run only'),
  criticalPath: z.strictObject({
    links: list(link).describe('From the start to the end, without gaps'),
    endedMs: ms,
    slack: list(z.strictObject({ ...ofWave, hostname: name, slackMs: durationMs })),
  }),
  blastRadius: list(blast).describe('Worst first'),
  comparison: comparison.nullable(),
  lints: list(
    z.strictObject({
      id: name.describe('Its section in docs/lints.md'),
      severity: z.enum(SEVERITIES),
      path: name.describe('The place in the new file'),
      what: name,
      why: name,
      remedy: name,
    }),
  ),
  assumptions: list(z.strictObject({ what: name, change: name, isAboutClosures: z.literal(true).optional() })),
  notes: list(name),
  durations: z.strictObject({
    activation: span,
    rollback: span,
    workerReport: span,
    probe: span,
    reboot: span,
    agentRestart: span,
    controlPlaneRestart: span,
    operatorReboot: span,
    diskFlushMs: durationMs,
    planIntervalMs: durationMs,
  }),
});

/** The JSON Schema of the output of `plan --json`. */
export function planJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(planSchema, { io: 'output', reused: 'inline', target: 'draft-7' });
  return { title: 'Plan of a rollout', description: 'See docs/plan.md.', ...schema };
}

/** A plan for other programs. Times are milliseconds since the start unless their name ends in `At`. */
export type PlanJson = ReturnType<typeof planJson>;

/** A plan as a JSON document. */
export function planJson(plan: Plan, start: StartTime | null, comparison: Comparison | null) {
  const { run, scenario, path, verdict } = plan;
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    headline: headline(plan, startClock(start, 'minutes')),
    outcome: run.outcome,
    seed: scenario.seed,
    startAt: start === null ? null : new Date(start.startAt).toISOString(),
    endsMs: verdict.type === 'done' ? verdict.runMs : run.endedRunMs,
    held: whatIsHeld(new Moment(run.history, run.endedRunMs)).map(({ hostname, rolloutId, blocker }) => ({
      hostname,
      rolloutId,
      heldBy: blocker.heldBy,
    })),
    changes: plan.changes,
    summary: changesOf(plan),
    waves: plan.waves,
    gates: plan.gates,
    forecast: plan.forecast,
    criticalPath: path,
    blastRadius: plan.blasts,
    comparison:
      comparison === null ? null : { ...comparison, base: { p50: comparison.base.p50, p95: comparison.base.p95 } },
    lints: plan.lints,
    assumptions: plan.assumptions,
    notes: plan.notes,
    durations: scenario.durations,
  } satisfies z.input<typeof planSchema>;
}
