import { z } from 'zod';
import {
  type Keep,
  type RecordedMessages,
  type RunRollout,
  rolloutsOf,
  type Run,
  type RunMs,
  type Scenario,
  writeScenario,
} from '../../simulator/index.ts';
import { runMsSchema, runRolloutSchema } from './run-event-schema.ts';
import { runLogSchema, writeRunLog, type RunLog } from './run-log.ts';
import { hostStates } from '../../machine/index.ts';
import { outboundEventSchema } from '../../testing/internal.ts';

const text = z.string();
const rollouts = z.array(z.object({ rolloutId: text, state: z.enum(hostStates), lastEventSeq: z.number() }));

const contentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('events'), rolloutId: text, events: z.array(outboundEventSchema) }),
  z.object({
    type: z.literal('events-answer'),
    rolloutId: text,
    events: z.array(z.object({ seq: z.number(), outcome: z.enum(['accepted', 'refused', 'not-delivered']) })),
  }),
  z.object({ type: z.literal('heartbeat'), currentClosure: text.nullable(), rollouts }),
  z.object({ type: z.literal('heartbeat-answer'), replayFrom: z.number().nullable(), bootstrapped: z.array(text) }),
  z.object({ type: z.literal('poll') }),
  z.object({ type: z.literal('dispatch'), rolloutId: text, targetClosure: text }),
]);

/** @internal */
const recordedMessagesSchema: z.ZodType<RecordedMessages> = z.object({
  hostnames: z.array(text),
  messages: z.array(
    z.object({
      sentRunMs: runMsSchema,
      arrivedRunMs: runMsSchema.nullable(),
      hostname: text,
      from: z.enum(['agent', 'control-plane']),
      fate: z.enum(['arrived', 'lost', 'bounced', 'unanswered']),
      isDuplicate: z.boolean(),
      content: contentSchema,
    }),
  ),
  leftOut: z.number(),
});

/** The `format` of a run file. */
export const RUN_FILE_FORMAT = 'nixfleet-statechart-run';
/** Incremented when an older reader could misread a newer file. */
export const RUN_FILE_VERSION = 2;

/** Everything needed to show a run. */
export interface RunFile {
  readonly format: typeof RUN_FILE_FORMAT;
  readonly version: typeof RUN_FILE_VERSION;
  readonly title: string;
  /** `null` if not recorded. */
  readonly seed: number | null;
  /** The scenario as text, to copy; `""` if not recorded. */
  readonly scenario: string;
  /** In epoch milliseconds. */
  readonly startAt: number;
  readonly endedRunMs: RunMs;
  readonly outcome: string;
  readonly machineSteps: number;
  /** Which accepted events the log contains. */
  readonly keep: Keep;
  /** How many lost or repeated messages each one in the log represents. */
  readonly messageFaultStride: number;
  readonly rollouts: readonly RunRollout[];
  readonly log: RunLog;
  /** The messages of selected hosts; `null` if none were recorded. */
  readonly messages: RecordedMessages | null;
}

/** @internal */
export const runFileSchema: z.ZodType<RunFile> = z.object({
  format: z.literal(RUN_FILE_FORMAT),
  version: z.literal(RUN_FILE_VERSION),
  title: z.string(),
  seed: z.number().nullable(),
  scenario: z.string(),
  startAt: z.number(),
  endedRunMs: runMsSchema,
  outcome: z.string(),
  machineSteps: z.number(),
  keep: z.enum(['decisive', 'changes', 'all']),
  messageFaultStride: z.int().min(1),
  rollouts: z.array(runRolloutSchema),
  log: runLogSchema,
  // Missing in older files.
  messages: recordedMessagesSchema.nullable().default(null),
});

/** With more hosts, repeated probe results and the scenario's text would make up most of a file. */
const MOST_HOSTS_IN_FULL = 1000;

/** Which events `simulate` must keep to write a run file. */
export const keepFor = ({ hosts }: Scenario): Keep => (hosts.length > MOST_HOSTS_IN_FULL ? 'changes' : 'all');

/** A finished run as a file that the page opens. */
export function runFileOf({ scenario, history, outcome, endedRunMs, machineSteps, messages }: Run): RunFile {
  const rollouts = rolloutsOf(scenario);
  return {
    format: RUN_FILE_FORMAT,
    version: RUN_FILE_VERSION,
    title: scenario.title,
    seed: scenario.seed,
    scenario: scenarioText(scenario),
    startAt: scenario.startAt,
    endedRunMs,
    outcome,
    machineSteps,
    keep: history.keep,
    messageFaultStride: history.messageFaultStride,
    rollouts,
    log: writeRunLog(
      history.events,
      rollouts.map(({ rolloutId }) => rolloutId),
      scenario.startAt,
    ),
    messages,
  };
}

/** A scenario file for the same run; `""` if none can express it or it is too long to copy. */
function scenarioText(scenario: Scenario): string {
  if (scenario.hosts.length > MOST_HOSTS_IN_FULL) return '';
  try {
    return writeScenario(scenario, { comment: [], expect: {} });
  } catch (error) {
    // Releases that do not fit one fleet cannot be written.
    if (error instanceof RangeError) return '';
    throw error;
  }
}
