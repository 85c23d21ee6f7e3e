import { step } from '../machine/step.ts';
import { acceptsDispatch } from './accepts-dispatch.ts';
import { acceptsProbeOutcome } from './accepts-probe-outcome.ts';
import { awaitsAnswer } from './awaits-answer.ts';
import { bootRecord } from './boot-record.ts';
import { compactBacklog } from './compact-backlog.ts';
import { declaredProbes } from './declared-probes.ts';
import { nextSeq } from './next-seq.ts';
import { probeEvents } from './probe-events.ts';
import { resumption } from './resumption.ts';
import { retryDelay } from './retry-delay.ts';
import { settleDelivery } from './settle-delivery.ts';
import { sweep } from './sweep.ts';
import { takeOverSnapshot } from './take-over-snapshot.ts';

/** The rules of an agent, each of them a function that says which one it is. */
export interface AgentParts {
  readonly step: typeof step;
  readonly nextSeq: typeof nextSeq;
  readonly acceptsDispatch: typeof acceptsDispatch;
  readonly settleDelivery: typeof settleDelivery;
  readonly retryDelay: typeof retryDelay;
  readonly compactBacklog: typeof compactBacklog;
  readonly declaredProbes: typeof declaredProbes;
  readonly acceptsProbeOutcome: typeof acceptsProbeOutcome;
  readonly probeEvents: typeof probeEvents;
  readonly sweep: typeof sweep;
  readonly takeOverSnapshot: typeof takeOverSnapshot;
  readonly awaitsAnswer: typeof awaitsAnswer;
  readonly bootRecord: typeof bootRecord;
  readonly resumption: typeof resumption;
}

/** The rules of the specification. */
export const AGENT_PARTS: AgentParts = Object.freeze({
  step,
  nextSeq,
  acceptsDispatch,
  settleDelivery,
  retryDelay,
  compactBacklog,
  declaredProbes,
  acceptsProbeOutcome,
  probeEvents,
  sweep,
  takeOverSnapshot,
  awaitsAnswer,
  bootRecord,
  resumption,
});
