import { z } from 'zod';
import { hostStates, rolloutStates, type HealthFailurePolicy } from '../../machine/index.ts';
import {
  type RunRollout,
  INVARIANT_NAMES,
  type RunEvent,
  type RunEventType,
  type RunMs,
} from '../../simulator/index.ts';
import { FAULT_GUIDES } from '../../simulator/internal.ts';
import { outboundEventSchema } from '../../testing/internal.ts';

/** Limited, because the number of lanes depends on the highest wave number. */
const MOST_WAVES = 10_000;

const text = z.string();
const number = z.number();
// Safe: names ending in `RunMs` are measured from the start of the run.
export const runMsSchema = number as unknown as z.ZodType<RunMs>;
const runMsOrNull = runMsSchema.nullable();
const wave = z
  .int()
  .min(0)
  .max(MOST_WAVES - 1);
const hostState = z.enum(hostStates);
const rolloutState = z.enum(rolloutStates);

const holdSchema = z.discriminatedUnion('gate', [
  z.object({ gate: z.literal('quarantine'), channel: text, closure: text }),
  z.object({
    gate: z.literal('channel-edges'),
    channel: text,
    gatingChannel: text,
    gatingRolloutId: text,
    gatingState: rolloutState.nullable(),
    edgeReason: text.nullable(),
  }),
  z.object({ gate: z.literal('wave-promotion'), wave }),
  z.object({ gate: z.literal('wave-promotion-host-unstaged'), channel: text }),
  z.object({
    gate: z.literal('host-edge'),
    gatingHostname: text,
    gatingState: hostState,
    notBeforeRunMs: runMsOrNull,
  }),
  z.object({
    gate: z.literal('disruption-budget'),
    selectorKey: text,
    summary: text,
    inFlight: number,
    limit: number,
  }),
  z.object({ gate: z.literal('compliance-wave'), wave, failures: number }),
  z.object({ gate: z.literal('extension'), name: text }),
]);

const happened = { runMs: runMsSchema };
const ofHost = { ...happened, hostname: text, rolloutId: text };
const moved = { ...ofHost, from: hostState, to: hostState };

const schemas: { readonly [Type in Exclude<RunEventType, 'Fault'>]: z.ZodType } = {
  AgentBooted: z.object({
    ...happened,
    type: z.literal('AgentBooted'),
    hostname: text,
    rebooted: z.boolean(),
    closure: text,
  }),
  ControlPlaneDown: z.object({ ...happened, type: z.literal('ControlPlaneDown') }),
  ControlPlaneUp: z.object({ ...happened, type: z.literal('ControlPlaneUp') }),
  AgentTransition: z.object({ ...moved, type: z.literal('AgentTransition') }),
  HostTransition: z.object({ ...moved, type: z.literal('HostTransition') }),
  EventAccepted: z.object({ ...ofHost, type: z.literal('EventAccepted'), event: outboundEventSchema }),
  EventDropped: z.object({
    ...ofHost,
    type: z.literal('EventDropped'),
    eventType: text,
    seq: number,
    outcome: z.enum(['duplicate', 'late', 'illegal', 'unknown', 'conflict']),
  }),
  EventSynthesized: z.object({ ...ofHost, type: z.literal('EventSynthesized'), eventType: text, seq: number }),
  RecordTakenOver: z.object({ ...ofHost, type: z.literal('RecordTakenOver'), state: hostState, seq: number }),
  RolloutOpened: z.object({ ...happened, type: z.literal('RolloutOpened'), rolloutId: text, hosts: number }),
  RolloutTransition: z.object({
    ...happened,
    type: z.literal('RolloutTransition'),
    rolloutId: text,
    from: rolloutState,
    to: rolloutState,
  }),
  WaveAdvanced: z.object({
    ...happened,
    type: z.literal('WaveAdvanced'),
    rolloutId: text,
    fromWave: number,
    toWave: number,
  }),
  WaveEmpty: z.object({ ...happened, type: z.literal('WaveEmpty'), rolloutId: text, wave: number }),
  HostDispatched: z.object({ ...ofHost, type: z.literal('HostDispatched'), wave, soakDueRunMs: runMsOrNull }),
  HostHeld: z.object({ ...ofHost, type: z.literal('HostHeld'), hold: holdSchema }),
  DispatchWithdrawn: z.object({
    ...ofHost,
    type: z.literal('DispatchWithdrawn'),
    because: z.enum(['rollout-halted', 'rollout-superseded', 'quarantined', 'taken-over', 'pruned', 'backup-restored']),
  }),
  ClosureQuarantined: z.object({ ...happened, type: z.literal('ClosureQuarantined'), channel: text, closure: text }),
  HostUnreachable: z.object({ ...happened, type: z.literal('HostUnreachable'), hostname: text }),
  HostReachable: z.object({ ...happened, type: z.literal('HostReachable'), hostname: text }),
  ReleasePublished: z.object({ ...happened, type: z.literal('ReleasePublished'), rolloutIds: z.array(text) }),
  FleetChanged: z.object({
    ...happened,
    type: z.literal('FleetChanged'),
    joined: z.array(text),
    left: z.array(text),
    moved: z.array(z.object({ hostname: text, from: text, to: text })),
  }),
  FaultsStopped: z.object({ ...happened, type: z.literal('FaultsStopped') }),
  Logged: z.object({ ...happened, type: z.literal('Logged'), hostname: text.nullable(), level: text, message: text }),
  InvariantBroken: z.object({
    ...happened,
    type: z.literal('InvariantBroken'),
    invariant: z.enum(INVARIANT_NAMES),
    hostname: text.nullable(),
    rolloutId: text.nullable(),
    message: text,
  }),
};

const faults = Object.entries(FAULT_GUIDES).map(([fault, { params }]) =>
  z.object({ ...happened, type: z.literal('Fault'), hostname: text.nullable(), fault: z.literal(fault), params }),
);

/** One schema per event type; for faults, one per fault. */
const byType: ReadonlyMap<unknown, z.ZodType> = new Map([
  ...Object.entries(schemas),
  // Safe: there are faults.
  ['Fault', z.discriminatedUnion('fault', faults as [(typeof faults)[0], ...typeof faults])] as const,
]);

/** Reads an event of an event log or a run file; `null` if it is invalid. */
export function readRunEvent(value: unknown): RunEvent | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  const read = byType.get(value.type)?.safeParse(value);
  // Safe: the table above has every field of the type.
  return read?.success === true ? (read.data as RunEvent) : null;
}

const policy = z.enum(['halt', 'rollback-and-halt']) satisfies z.ZodType<HealthFailurePolicy>;

/** The fixed part of a rollout in a run file. */
export const runRolloutSchema: z.ZodType<RunRollout> = z
  .object({
    rolloutId: text,
    channel: text,
    onHealthFailure: policy.nullable(),
    waves: z
      .array(
        z
          .object({ soakMinutes: number.nullable(), hosts: z.array(text), targets: z.array(text) })
          .refine(({ hosts, targets }) => hosts.length === targets.length, { error: 'one target for each host' }),
      )
      .max(MOST_WAVES),
    edges: z.array(z.object({ gated: text, gates: text })),
    channelEdges: z.array(text),
    budgets: z.array(
      z.object({ selectorKey: text, summary: text, limit: number.nullable(), hosts: z.array(z.int().min(0)) }),
    ),
  })
  .refine(({ waves, budgets }) => {
    const size = waves.reduce((sum, { hosts }) => sum + hosts.length, 0);
    return budgets.every(({ hosts }) => hosts.every((at) => at < size));
  }, 'a budget selects a host that is not there');
