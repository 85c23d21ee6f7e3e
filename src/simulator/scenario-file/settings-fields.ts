import { z } from 'zod';
import { DEFAULT_AGENT_SETTINGS, type AgentSettings, type RetrySettings } from '../../agent/index.ts';
import { FAULT_RATE_FIELDS, type FaultRates } from '../faults/index.ts';
import { FREEZE_PATTERN, parseFreeze, writeFreeze, type Extensions, type Freeze } from '../extensions.ts';
import type { Durations, NetworkSettings, SettleSettings } from '../scenario.ts';
import { number, section } from './field-types.ts';
import {
  COUNT,
  scenarioField,
  MS,
  readFields,
  SECS,
  shapeOfFields,
  SPAN,
  writeFields,
  type FieldsOf,
  type Kind,
} from './fields.ts';

export const RATE_FIELDS: FieldsOf<FaultRates> = FAULT_RATE_FIELDS;

export const DURATION_FIELDS: FieldsOf<Durations> = {
  activation: scenarioField('activation', SPAN, 'From the start of a switch until the new closure runs'),
  rollback: scenarioField('rollback', SPAN, 'From the start of a rollback until the old closure runs'),
  workerReport: scenarioField('worker-report', SPAN, 'From the end of a worker until its report'),
  probe: scenarioField('probe', SPAN, 'How long one run of a probe takes'),
  reboot: scenarioField('reboot', SPAN, 'How long a machine is off while it reboots'),
  agentRestart: scenarioField('agent-restart', SPAN, 'From the crash of an agent until it starts again'),
  controlPlaneRestart: scenarioField('control-plane-restart', SPAN, 'How long a restart of the control plane takes'),
  operatorReboot: scenarioField(
    'operator-reboot',
    SPAN,
    'How long after faults stop an operator reboots a deferred host',
  ),
  diskFlushMs: scenarioField('disk-flush', MS, 'How long a non-durable event may wait before it is on disk'),
  planIntervalMs: scenarioField('plan-interval', MS, 'From one planning pass to the next'),
};

export const NETWORK_FIELDS: FieldsOf<NetworkSettings> = {
  latency: scenarioField('latency', SPAN, 'How long a message takes, one way'),
  requestTimeoutMs: scenarioField('request-timeout', MS, 'How long until a request counts as unanswered'),
  longPollMs: scenarioField('long-poll', MS, 'How long the control plane holds a poll when there is no work'),
  pollAgain: scenarioField('poll-again', SPAN, 'How long an agent waits between polls'),
};

const RETRY_FIELDS: FieldsOf<RetrySettings> = {
  firstMs: scenarioField('first', MS, 'The longest that the first wait can be'),
  capMs: scenarioField('cap', MS, 'The longest that any wait can be'),
  factor: scenarioField(
    'factor',
    { schema: number(1.01, 100, 'how many times longer each wait is'), write: (value) => value },
    'How much longer each wait may be than the previous one',
  ),
};

const RETRY: Kind<RetrySettings> = {
  schema: section(shapeOfFields(RETRY_FIELDS)).transform((given): RetrySettings => ({
    ...DEFAULT_AGENT_SETTINGS.retry,
    ...readFields(RETRY_FIELDS, given),
  })),
  write: (value) => writeFields(RETRY_FIELDS, value, null),
};

export const AGENT_FIELDS: FieldsOf<AgentSettings> = {
  tickSecs: scenarioField(
    'tick',
    SECS,
    'How often an agent checks whether a soak is over or a failure has lasted too long',
  ),
  heartbeatSecs: scenarioField('heartbeat', SECS, 'From one heartbeat to the next'),
  bootAnswerSecs: scenarioField('boot-answer', SECS, 'How long a starting agent waits for an answer to its heartbeat'),
  sustainedFailureSecs: scenarioField('sustained-failure', SECS, 'How long a probe must fail before the host fails'),
  retry: scenarioField('retry', RETRY, 'How long an agent waits before it resends an unanswered event'),
  maxUndeliveredEvents: scenarioField(
    'max-undelivered-events',
    COUNT,
    'Limit on undelivered events for each rollout; durable ones are never dropped',
  ),
  maxRollouts: scenarioField('max-rollouts', COUNT, 'Number of rollouts that an agent remembers'),
};

export const SETTLE_FIELDS: FieldsOf<SettleSettings> = {
  faultsUntilMs: scenarioField('faults-until', MS, 'When faults stop'),
  withinMs: scenarioField('within', MS, 'How long every host may take after that to finish'),
};

const FREEZE_ERROR = 'expected two times of day, such as 22:00 to 06:00';
const FREEZE: Kind<Freeze> = {
  schema: z
    .string({ error: FREEZE_ERROR })
    .regex(FREEZE_PATTERN, { error: FREEZE_ERROR })
    .transform((text, context) => {
      const freeze = parseFreeze(text);
      if (freeze !== null) return freeze;
      context.issues.push({ code: 'custom', message: FREEZE_ERROR, input: text });
      return z.NEVER;
    }),
  write: writeFreeze,
};

/** A setting that is off by default. */
function offByDefault<Value>({ schema, write }: Kind<Value>): Kind<Value | null> {
  return { schema, write: (value) => (value === null ? 'off' : write(value)) };
}

export const EXTENSION_FIELDS: FieldsOf<Extensions> = {
  freeze: scenarioField(
    'freeze',
    offByDefault(FREEZE),
    'Nothing is dispatched between these times of every day, in UTC, such as 22:00 to 06:00',
  ),
  pause: scenarioField(
    'pause',
    offByDefault(SPAN),
    'Nothing is dispatched between these times since the start, such as 1h to 2h',
  ),
  approvalMs: scenarioField('approval', offByDefault(MS), 'How long each wave except the first waits for approval'),
  failureThreshold: scenarioField(
    'failure-threshold',
    offByDefault(COUNT),
    'Once this many hosts have failed, nothing is dispatched on any channel',
  ),
};
