import { z } from 'zod';
import type { AgentSettings, RetrySettings } from '../../agent/index.ts';
import type { FaultRates } from '../fault-rates.ts';
import type { Durations, NetworkSettings, SettleSettings } from '../scenario.ts';
import type { Span } from '../span.ts';
import { chance, duration, name, number, section, span } from './field-types.ts';
import { writeDuration } from '../../text/index.ts';
import { writeSpan } from '../span.ts';

/** One kind of setting: how it is read, and how it is written so that it reads back as the same. */
interface Kind<Value> {
  readonly schema: z.ZodType<Value>;
  readonly write: (value: Value) => unknown;
}

/** A setting under the name that it has in a file. */
export interface Field<Value> {
  readonly key: string;
  readonly kind: Kind<Value>;
  readonly about: string;
}

export type FieldsOf<Settings> = { readonly [Name in keyof Settings]-?: Field<Settings[Name]> };

const MS: Kind<number> = { schema: duration, write: writeDuration };
const SECS: Kind<number> = {
  schema: duration.transform((ms) => ms / 1000).refine((secs) => secs > 0, { error: 'expected a duration above 0s' }),
  write: (secs) => writeDuration(secs * 1000),
};
const SPAN: Kind<Span> = { schema: span, write: writeSpan };
const SPAN_OR_NEVER: Kind<Span | null> = {
  schema: z
    .union([z.literal('never'), span], {
      error: 'expected a duration such as 30s, a range such as 30s to 2m, or never',
    })
    .transform((value) => (value === 'never' ? null : value)),
  write: (value) => (value === null ? 'never' : writeSpan(value)),
};
const CHANCE: Kind<number> = { schema: chance, write: (value) => value };
const PER_HOUR: Kind<number> = { schema: number(0, 3600, 'how many in an hour'), write: (value) => value };
const PPM: Kind<number> = { schema: number(0, 100_000, 'millionths'), write: (value) => value };
const COUNT: Kind<number> = {
  schema: z.int({ error: 'expected a whole number from 1' }).min(1, { error: 'expected a whole number from 1' }),
  write: (value) => value,
};
const NAMES: Kind<readonly string[]> = {
  schema: z
    .array(name)
    .min(1, { error: 'expected a list with at least one name' })
    .max(100, { error: 'expected at most 100 names' }),
  write: (value) => [...value],
};

function field<Value>(key: string, kind: Kind<Value>, about: string): Field<Value> {
  return { key, kind, about };
}

export const RATE_FIELDS: FieldsOf<FaultRates> = {
  agentCrashesPerHour: field('agent-crashes-per-hour', PER_HOUR, 'Crashes of one agent in an hour'),
  crashBeforeEffect: field('crash-before-effect', CHANCE, 'Chance that an agent crashes before it performs one effect'),
  tailLost: field('tail-lost', CHANCE, 'Chance that a crash loses the events that were not on disk yet'),
  rebootsPerHour: field('reboots-per-hour', PER_HOUR, 'Reboots of one host in an hour'),
  offlineForGood: field('offline-for-good', CHANCE, 'Chance that a host goes offline for good in the first hour'),
  joinsLate: field('joins-late', CHANCE, 'Chance that a host joins late, in the first hour'),
  controlPlaneRestartsPerHour: field(
    'control-plane-restarts-per-hour',
    PER_HOUR,
    'Restarts of the control plane in an hour',
  ),
  databaseLossesPerHour: field(
    'database-losses-per-hour',
    PER_HOUR,
    'How often in an hour the control plane loses its database',
  ),
  activationFails: field('activation-fails', CHANCE, 'Chance that an activation fails'),
  wrongClosure: field('wrong-closure', CHANCE, 'Chance that an activation ends with another closure running'),
  activationDeferred: field('activation-deferred', CHANCE, 'Chance that an activation waits for a reboot'),
  deferredComponents: field('deferred-components', NAMES, 'What activations are deferred for'),
  deferredRebootAfter: field('deferred-reboot-after', SPAN_OR_NEVER, 'When operators reboot a deferred host'),
  probeFails: field('probe-fails', CHANCE, 'Chance for each activation that a probe fails on the new closure'),
  probeFailsAfter: field('probe-fails-after', SPAN, 'How long after the activation it begins to fail'),
  probeFlaps: field('probe-flaps', CHANCE, 'Chance for each activation that a probe flaps on the new closure'),
  probeFlapPeriod: field('probe-flap-period', SPAN, 'From one failure to the next of a flapping probe'),
  probeSilent: field('probe-silent', CHANCE, 'Chance for each activation that a probe never reports'),
  rollbackFails: field('rollback-fails', CHANCE, 'Chance that a rollback fails'),
  clockSkewMs: field('clock-skew', MS, 'How far clocks are ahead or behind at most'),
  clockDriftPpm: field('clock-drift-ppm', PPM, 'How much clocks drift at most, in millionths'),
  requestLost: field('request-lost', CHANCE, 'Chance that a request is lost'),
  answerLost: field('answer-lost', CHANCE, 'Chance that an answer is lost'),
  requestDuplicated: field('request-duplicated', CHANCE, 'Chance that a request arrives twice'),
  slowLink: field('slow-link', CHANCE, 'Chance that a host has a slow link throughout'),
  slowLinkExtra: field('slow-link-extra', SPAN, 'What a slow link adds to each message, one way'),
  partitionsPerHour: field('partitions-per-hour', PER_HOUR, 'How often in an hour a host is cut off'),
  partitionLasts: field('partition-lasts', SPAN, 'How long it is cut off'),
};

export const DURATION_FIELDS: FieldsOf<Durations> = {
  activation: field('activation', SPAN, 'From the start of a switch until the new closure runs'),
  rollback: field('rollback', SPAN, 'The same, for the way back'),
  workerReport: field('worker-report', SPAN, 'From the end of a worker to its report'),
  probe: field('probe', SPAN, 'One run of a probe'),
  reboot: field('reboot', SPAN, 'How long a machine is off while it reboots'),
  agentRestart: field('agent-restart', SPAN, 'From the crash of an agent to the start of the next'),
  controlPlaneRestart: field('control-plane-restart', SPAN, 'How long the control plane is down when it restarts'),
  operatorReboot: field(
    'operator-reboot',
    SPAN,
    'When an operator comes round to a deferred host, once faults have stopped',
  ),
  diskFlushMs: field('disk-flush', MS, 'How long an event that need not be durable may wait before it is on disk'),
  planIntervalMs: field('plan-interval', MS, 'From one planning pass to the next'),
};

export const NETWORK_FIELDS: FieldsOf<NetworkSettings> = {
  latency: field('latency', SPAN, 'How long a message takes, one way'),
  requestTimeoutMs: field('request-timeout', MS, 'After so long without an answer a request counts as unanswered'),
  longPollMs: field('long-poll', MS, 'How long the control plane holds a poll that it has nothing for'),
  pollAgain: field('poll-again', SPAN, 'How long an agent waits before it polls again'),
};

const RETRY_FIELDS: FieldsOf<RetrySettings> = {
  firstMs: field('first', MS, 'The longest first wait'),
  capMs: field('cap', MS, 'No wait is longer'),
  factor: field(
    'factor',
    { schema: number(1.01, 100, 'how many times longer each wait is'), write: (value) => value },
    'Each wait is up to so many times the one before',
  ),
};

const RETRY: Kind<RetrySettings> = {
  schema: section(shapeOf(RETRY_FIELDS)).transform((given): RetrySettings => ({
    ...DEFAULT_RETRY,
    ...readFields(RETRY_FIELDS, given),
  })),
  write: (value) => writeFields(RETRY_FIELDS, value, null),
};

const DEFAULT_RETRY: RetrySettings = { firstMs: 1000, capMs: 60_000, factor: 2 };

export const AGENT_FIELDS: FieldsOf<AgentSettings> = {
  tickSecs: field('tick', SECS, 'How often an agent looks whether its host has soaked, or failed for too long'),
  heartbeatSecs: field('heartbeat', SECS, 'From one heartbeat to the next'),
  bootAnswerSecs: field('boot-answer', SECS, 'How long an agent waits for an answer after it started'),
  sustainedFailureSecs: field('sustained-failure', SECS, 'For how long a probe must have failed to count'),
  retry: field('retry', RETRY, 'How long an agent waits before it sends an unanswered event again'),
  maxUndeliveredEvents: field(
    'max-undelivered-events',
    COUNT,
    'Undelivered events that need not survive a crash, for each rollout',
  ),
  maxRollouts: field('max-rollouts', COUNT, 'Rollouts that an agent remembers'),
};

export const SETTLE_FIELDS: FieldsOf<SettleSettings> = {
  faultsUntilMs: field('faults-until', MS, 'When faults stop'),
  withinMs: field('within', MS, 'How long after that every host may take to be at an end'),
};

type AnyFields = Readonly<Record<string, Field<never>>>;

/** The shape of a section in which every setting may be left out. */
export function shapeOf<Settings extends object>(fields: FieldsOf<Settings>): Record<string, z.ZodType> {
  // Each field is one of `Field<Settings[keyof Settings]>`; its own type does not matter to its schema here.
  const entries = Object.values<Field<unknown>>(fields as unknown as Record<string, Field<unknown>>);
  return Object.fromEntries(entries.map(({ key, kind, about }) => [key, kind.schema.optional().describe(about)]));
}

/** What a section that was read says, under the names that the simulator uses. */
export function readFields<Settings extends object>(
  fields: FieldsOf<Settings>,
  given: Readonly<Record<string, unknown>>,
): Partial<Settings> {
  // As above: a field reads and writes its own setting, and only the names are looked at here.
  const found = Object.entries(fields as unknown as AnyFields).flatMap(([setting, { key }]) =>
    Object.hasOwn(given, key) && given[key] !== undefined ? [[setting, given[key]] as const] : [],
  );
  // Every value came out of the schema of its own field.
  return Object.fromEntries(found) as Partial<Settings>;
}

/** The settings that differ from the defaults, as they are written in a file. */
export function writeFields<Settings extends object>(
  fields: FieldsOf<Settings>,
  settings: Settings,
  defaults: Settings | null,
): Record<string, unknown> {
  const written: [string, unknown][] = [];
  // The keys of the table are the settings' own names, and it has no other.
  for (const setting of Object.keys(fields) as (keyof Settings)[]) {
    // A table of fields has the settings' own names.
    const { key, kind } = fields[setting];
    const value = settings[setting];
    if (defaults !== null && JSON.stringify(value) === JSON.stringify(defaults[setting])) continue;
    written.push([key, kind.write(value)]);
  }
  return Object.fromEntries(written);
}
