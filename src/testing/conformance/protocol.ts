import type {
  HostEvent,
  HostRolloutState,
  LocalResetProbeCache,
  PendingHost,
  RolloutPolicy,
  Time,
} from '../../machine/index.ts';
import type {
  RolloutEvent,
  RolloutMachineEffect,
  RolloutRecord,
  RolloutRefusal,
  openRollout,
} from '../../rollout/index.ts';
import type { StepAnswer } from '../answer.ts';

/** What another implementation is asked, one JSON object per line (docs/conformance-protocol.md). */
export type Question =
  | { readonly op: 'start'; readonly host: PendingHost }
  | {
      readonly op: 'step';
      readonly state: HostRolloutState;
      readonly event: HostEvent;
      readonly now: Time;
      readonly policy: RolloutPolicy;
    }
  | { readonly op: 'rehydrate'; readonly state: HostRolloutState }
  | { readonly op: 'rollout_start'; readonly rollout: Parameters<typeof openRollout>[0] }
  | { readonly op: 'rollout_step'; readonly record: RolloutRecord; readonly event: RolloutEvent; readonly now: Time };

/** What a peer can be asked to do. */
export type Operation = Question['op'];

/** In the order of the protocol's document. A forgotten one fails to compile. */
const known: Readonly<Record<Operation, true>> = {
  start: true,
  step: true,
  rehydrate: true,
  rollout_start: true,
  rollout_step: true,
};

/** Whether a text names an operation. */
export const isOperation = (text: string): text is Operation => Object.hasOwn(known, text);

/** Every operation of the protocol between us and a peer. */
export const operations: readonly Operation[] = Object.keys(known).filter(isOperation);

/** The peer finds its record by these. */
interface SessionKey {
  readonly rolloutId: string;
  readonly hostname: string;
}

/** What a peer that keeps records is asked, from `open` to `close`. */
export type SessionQuestion =
  | { readonly op: 'open'; readonly state: HostRolloutState; readonly policy: RolloutPolicy }
  | ({ readonly op: 'event'; readonly event: HostEvent; readonly now: Time } & SessionKey)
  | ({ readonly op: 'close' } & SessionKey);

/** Operations that only a peer with sessions supports. */
export type SessionOperation = SessionQuestion['op'];

/** A request without its id. */
export type Asked = Question | SessionQuestion;

/** A question with the number that its answer must repeat. */
export type Request = Asked & { readonly id: number };

/** The expected answer without its id; for a refusal, every field but the message. */
export type Answer =
  | StepAnswer
  | { readonly ok: Readonly<Record<string, never>> }
  | { readonly ok: { readonly state: HostRolloutState } }
  | { readonly ok: { readonly effects: readonly LocalResetProbeCache[] } }
  | { readonly ok: { readonly record: RolloutRecord } }
  | { readonly ok: { readonly record: RolloutRecord; readonly effects: readonly RolloutMachineEffect[] } }
  | { readonly err: Omit<RolloutRefusal, 'message'> };

/** The answer of a peer without this operation. It is counted and reported, but covers nothing. */
export interface Unsupported {
  readonly unsupported: true;
}
