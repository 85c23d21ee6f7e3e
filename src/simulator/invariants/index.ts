import { budget } from './budget.ts';
import { convergedIsHealthy } from './converged-is-healthy.ts';
import { durable } from './durable.ts';
import { edgeOrder } from './edge-order.ts';
import { halt } from './halt.ts';
import { waiting } from './waiting.ts';
import { rolloutCourse } from './rollout-course.ts';
import { dispatch } from './dispatch.ts';
import { answers } from './answers.ts';
import { synthesis } from './synthesis.ts';
import { reachability } from './reachability.ts';
import type { AnyJudge } from './invariant.ts';
import { live } from './live.ts';
import { completeLog } from './log.ts';
import { manifest } from './manifest.ts';
import { mirror } from './mirror.ts';
import { noSilentEnd } from './no-silent-end.ts';
import { oneSwitch } from './one-switch.ts';
import { neverBack } from './never-back.ts';
import { neverAhead } from './never-ahead.ts';
import { once } from './once.ts';
import { outbox } from './outbox.ts';
import { probes } from './probes.ts';
import { quarantine } from './quarantine.ts';
import { reports } from './reports.ts';
import { revertedIsBack } from './reverted-is-back.ts';
import { sequence } from './sequence.ts';
import { soaked } from './soaked.ts';
import { terminal } from './terminal.ts';
import { timing } from './timing.ts';
import { transitions } from './transitions.ts';
import { waveOrder } from './wave-order.ts';
import { whatRuns } from './what-runs.ts';

/** Keeps the names, and forgets what each judge remembers. */
const byName = <Name extends string>(judges: Readonly<Record<Name, AnyJudge>>): typeof judges => judges;

/**
 * Every judge under the name of its invariant, in the order in which they are asked: those of control-plane, "Always
 * true"; one of agent, rule 10 (`never back`); the table of transitions of host-machine (`transitions`); and what
 * "Planning", "Heartbeats" and the answers of wire ask for.
 */
const judges = byName({
  mirror,
  'never ahead': neverAhead,
  'converged is healthy': convergedIsHealthy,
  soaked,
  'reverted is back': revertedIsBack,
  'wave order': waveOrder,
  'edge order': edgeOrder,
  budget,
  quarantine,
  halt,
  terminal,
  once,
  sequence,
  durable,
  'what runs': whatRuns,
  log: completeLog,
  'one switch': oneSwitch,
  'no silent end': noSilentEnd,
  'never back': neverBack,
  transitions,
  outbox,
  reports,
  probes,
  timing,
  live,
  waiting,
  'rollout course': rolloutCourse,
  dispatch,
  answers,
  reachability,
  synthesis,
  manifest,
});

/** The name of an invariant. */
export type InvariantName = keyof typeof judges;

// The keys of a literal are the names of its type.
/** The name of every invariant. */
export const INVARIANT_NAMES: readonly InvariantName[] = Object.keys(judges) as InvariantName[];

/** Every judge, in the order in which they are asked. */
export const JUDGES: readonly AnyJudge[] = Object.values(judges);
