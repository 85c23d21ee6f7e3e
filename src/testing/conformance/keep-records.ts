import type { HostRolloutState, RolloutPolicy } from '../../machine/index.ts';
import type { Asked, Question, Unsupported } from './protocol.ts';

/** The peer's record of one host in a session. */
interface Kept {
  readonly state: HostRolloutState;
  readonly policy: RolloutPolicy;
}

const stateIn = (answer: object): HostRolloutState | null => {
  const ok: unknown = Reflect.get(answer, 'ok');
  // Safe: the answer to an accepted step has the next record.
  return typeof ok === 'object' && ok !== null && 'state' in ok ? (ok.state as HostRolloutState) : null;
};

/**
 * Adds sessions to a reducer. Keeps the record of each host from `open` to `close`, and turns each event into a step.
 * An operation for which the reducer returns `undefined` is answered as unsupported.
 */
export function keepRecords(
  answer: (question: Question) => object | undefined,
): (asked: Asked) => object | Unsupported {
  const hosts = new Map<string, Kept>();

  return (asked) => {
    if (asked.op === 'open') {
      const { state, policy } = asked;
      hosts.set(keyOf(state), { state, policy });
      return { ok: {} };
    }
    if (asked.op !== 'event' && asked.op !== 'close') return answer(asked) ?? { unsupported: true };
    const key = keyOf(asked);
    const kept = hosts.get(key);
    if (kept === undefined) return { error: `there is no open session of ${key}` };
    if (asked.op === 'close') {
      hosts.delete(key);
      return { ok: { state: kept.state } };
    }
    const { event, now } = asked;
    const answered = answer({ op: 'step', ...kept, event, now }) ?? { unsupported: true };
    const next = stateIn(answered);
    if (next !== null) hosts.set(key, { ...kept, state: next });
    return answered;
  };
}

const keyOf = ({ rolloutId, hostname }: { readonly rolloutId: string; readonly hostname: string }): string =>
  JSON.stringify([rolloutId, hostname]);
