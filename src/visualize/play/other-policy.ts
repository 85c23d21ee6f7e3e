import type { HealthFailurePolicy } from '../../machine/index.ts';
import { playEngines } from './engine.ts';
import type { SessionMoment, Session } from './session.ts';

/** The result of the same event under the other policy, if different. */
export interface OtherPolicy {
  readonly policy: HealthFailurePolicy;
  readonly state: string;
  /** Effects of only one of the two policies. */
  readonly added: readonly string[];
  readonly missing: readonly string[];
}

const others: { readonly [Policy in HealthFailurePolicy]: HealthFailurePolicy } = {
  halt: 'rollback-and-halt',
  'rollback-and-halt': 'halt',
};

/** Runs the machine itself. `null` if the policy makes no difference to state and effects. */
export function underOtherPolicy(session: Session, { before, event, now, result }: SessionMoment): OtherPolicy | null {
  if (!result.ok) return null;
  const policy = others[session.onHealthFailure];
  const other = playEngines[session.machine].step(before, event, now, { onHealthFailure: policy });
  if (!other.ok) return null;
  const [here, there] = [result.effects, other.effects].map((effects) => effects.map(({ type }) => type));
  const added = (there ?? []).filter((type) => !here?.includes(type));
  const missing = (here ?? []).filter((type) => !there?.includes(type));
  const { state } = other.record;
  return state === result.record.state && added.length + missing.length === 0
    ? null
    : { policy, state, added, missing };
}
