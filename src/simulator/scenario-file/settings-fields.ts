import { DEFAULT_AGENT_SETTINGS, type AgentSettings, type RetrySettings } from '../../agent/index.ts';
import { FAULT_RATE_FIELDS, type FaultRates } from '../faults/index.ts';
import type { Durations, NetworkSettings, SettleSettings } from '../scenario.ts';
import { number, section } from './field-types.ts';
import { COUNT, field, MS, readFields, SECS, shapeOf, SPAN, writeFields, type FieldsOf, type Kind } from './fields.ts';

export const RATE_FIELDS: FieldsOf<FaultRates> = FAULT_RATE_FIELDS;

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
    ...DEFAULT_AGENT_SETTINGS.retry,
    ...readFields(RETRY_FIELDS, given),
  })),
  write: (value) => writeFields(RETRY_FIELDS, value, null),
};

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
