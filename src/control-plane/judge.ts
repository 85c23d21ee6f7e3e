import type { Candidate, Gate, GateContext, Hold } from './gates/gate.ts';

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

/** The host waits for the same thing as before, whatever the numbers in the reason. */
export function sameHold(a: Hold, b: Hold): boolean {
  return a.gate === b.gate && a.waitsFor === b.waitsFor;
}
