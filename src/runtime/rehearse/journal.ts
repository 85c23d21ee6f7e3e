import { writeSync } from 'node:fs';
import type { AgentEffect, AgentInput } from '../../agent/index.ts';
import type { ControlPlaneEffect, ControlPlaneReply } from '../../control-plane/index.ts';
import type { Time } from '../../machine/index.ts';
import type { RecordableInput } from '../control-plane/index.ts';
import { errorCode } from '../../text/index.ts';

/** Milliseconds by the machine's steady clock, which all its processes share. */
export type SteadyMs = number;

/** What the agent of a rehearsal reports. */
export type AgentLine =
  /**
   * It is about to handle an input. `handledAt` is by the rehearsal's true clock. Ticks that do nothing are left out.
   */
  | { readonly type: 'input'; readonly handledAt: Time; readonly input: AgentInput }
  /** It is about to perform an effect. */
  | { readonly type: 'effect'; readonly effect: AgentEffect }
  /** It has performed the effect. */
  | { readonly type: 'done' }
  /** It has performed every effect of the input. */
  | { readonly type: 'turn'; readonly undelivered: number; readonly workers: number; readonly isWorking: boolean }
  /** A probe does not report, because the scenario silences it. */
  | { readonly type: 'probe-silent'; readonly probeName: string };

/** A recorded input of the control plane, with its effects. */
export interface RecordedTurn {
  readonly seq: number;
  /** When it was handled, by the clock of the rehearsal. */
  readonly handledAt: Time;
  readonly input: RecordableInput;
  readonly effects: readonly ControlPlaneEffect[];
}

/** What the control plane of a rehearsal reports. */
export type ControlPlaneLine =
  /** It has recovered everything up to this input, and is listening. */
  | { readonly type: 'listening'; readonly seq: number; readonly address: string }
  /** It is about to commit these inputs. */
  | { readonly type: 'append'; readonly turns: readonly RecordedTurn[] }
  /** It has committed them. */
  | { readonly type: 'appended' }
  /** It is about to answer them. */
  | {
      readonly type: 'performed';
      readonly handledAt: Time;
      readonly input: RecordableInput;
      readonly reply: ControlPlaneReply;
      readonly effects: readonly ControlPlaneEffect[];
      readonly isRecorded: boolean;
    };

/** A journal line with its time. */
export type Stamped<Line> = Line & { readonly at: SteadyMs };

/** Where a child writes its journal. The parent reads all of it, even if the child is killed. */
const JOURNAL_DESCRIPTOR = 3;

export function steadyNow(): SteadyMs {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Writes a line synchronously, so that a kill right after loses nothing. */
export function writeLine(line: AgentLine | ControlPlaneLine): void {
  const stamped: Stamped<AgentLine | ControlPlaneLine> = { ...line, at: steadyNow() };
  const bytes = Buffer.from(`${JSON.stringify(stamped)}\n`);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(JOURNAL_DESCRIPTOR, bytes, at);
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
