import type { Candidate, Gate, GateContext } from './gates/gate.ts';
import type { Hold } from './gates/hold.ts';

/** What the gates say of one host: the first that holds it, or none. */
export type Judgement = { readonly gate: Gate; readonly hold: Hold } | { readonly gate: null; readonly hold: null };

const PASSED: Judgement = Object.freeze({ gate: null, hold: null });

export function judge(gates: readonly Gate[], context: GateContext, candidate: Candidate): Judgement {
  for (const gate of gates) {
    const hold = gate.check(context, candidate);
    if (hold !== null) return { gate, hold };
  }
  return PASSED;
}
