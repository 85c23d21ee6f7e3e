import type { HeartbeatAnsweredInput, HeartbeatUnansweredInput, ProbeTask, SentEvent } from '../agent/index.ts';
import type { EventReceived, HeartbeatReceived, OutstandingDispatch } from '../control-plane/index.ts';
import type { Work, WorkResult } from './work.ts';

/** A request with events of one rollout on its way to the control plane. */
export interface Post {
  readonly type: 'Post';
  readonly rolloutId: string;
  readonly inputs: readonly EventReceived[];
}

/** An entry of the event queue. */
export type ScheduledEvent =
  | { readonly type: 'Boot'; readonly rebooted: boolean }
  | { readonly type: 'Tick' }
  | {
      readonly type: 'ProbeRun';
      readonly rolloutId: string;
      readonly generation: number;
      readonly task: ProbeTask;
      readonly lasts: number;
    }
  | { readonly type: 'WorkStarted'; readonly work: Work }
  | { readonly type: 'WorkDone'; readonly work: Work }
  | { readonly type: 'WorkReported'; readonly work: Work; readonly result: WorkResult }
  /** The wait before an event is sent is over. */
  | { readonly type: 'PostDue'; readonly post: Post }
  | Post
  | { readonly type: 'PostAnswered'; readonly post: Post; readonly events: readonly SentEvent[] }
  | { readonly type: 'Heartbeat'; readonly input: HeartbeatReceived }
  | { readonly type: 'HeartbeatDone'; readonly input: HeartbeatAnsweredInput | HeartbeatUnansweredInput }
  | { readonly type: 'Poll' }
  | { readonly type: 'PollArrives' }
  | { readonly type: 'DispatchArrives'; readonly dispatch: OutstandingDispatch }
  /** An operator reboots a deferred host. */
  | { readonly type: 'OperatorReboot' }
  | { readonly type: 'PowerOn' }
  | { readonly type: 'PlanTick' }
  | { readonly type: 'ControlPlaneUp' }
  /** The step of the scenario with this index is due. */
  | { readonly type: 'Scripted'; readonly step: number }
  /** A random fault that was scheduled with `arrange`, by the index of its kind. */
  | { readonly type: 'ByChance'; readonly kind: number }
  | { readonly type: 'FaultsStop' };

/** The outcomes that an agent assumes for a request without an answer. */
export function noneDelivered({ inputs }: Post): readonly SentEvent[] {
  return inputs.map(({ envelope }) => ({ seq: envelope.event.seq, outcome: 'not-delivered' }));
}
