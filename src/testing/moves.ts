import { toHostEvent, toLocalEvent, type HostEvent } from '../machine/index.ts';
import { endingMoves } from './moves-ending.ts';
import { probeMoves } from './moves-probes.ts';
import type { Side } from './side.ts';
import { type Situation, move, type Move } from './move.ts';
import { sampleClosures } from './sample-host.ts';

const SWITCH_FAILED = 'Failed to start nginx.service: Unit nginx.service has a bad unit file setting.';

/** From the acknowledgement to the end of the activation. */
const activationMoves: readonly Move[] = [
  move('DispatchAck', null, ({ at }) => ({ currentClosureAtDispatch: sampleClosures.before, receivedAt: at })),
  move('DispatchAck', 'from an empty closure', ({ at }) => ({ currentClosureAtDispatch: '', receivedAt: at })),
  move('ActivationStarted', null, ({ at }) => ({ startedAt: at, switchMethod: 'switch-to-configuration' })),
  move('ActivationStarted', 'by another method', ({ at }) => ({ startedAt: at, switchMethod: 'systemd-run' })),
  move('ActivationCompleted', null, ({ record, at }) => ({
    observedCurrentClosure: record.targetClosure,
    exitCode: 0,
    completedAt: at,
  })),
  move('ActivationCompleted', 'on another closure, with exit code 4', ({ at }) => ({
    observedCurrentClosure: sampleClosures.other,
    exitCode: 4,
    completedAt: at,
  })),
  move('ActivationDeferred', null, ({ at }) => ({ component: 'dbus', deferredAt: at })),
  move('ActivationFailed', null, ({ at }) => ({ exitCode: 1, stderrTail: SWITCH_FAILED, failedAt: at })),
  move('ActivationFailed', 'by a signal, without a word', ({ at }) => ({ exitCode: -9, stderrTail: '', failedAt: at })),
];

/** How the number of an event relates to the last one. */
export type Numbering = 'next' | 'gap' | 'repeated' | 'older';

export interface SideMove {
  readonly side: Side;
  readonly move: Move;
  readonly numbering: Numbering;
}

const GAP = 1000;

function seqOf(numbering: Numbering, last: number): number {
  switch (numbering) {
    case 'next':
      return last + 1;
    case 'gap':
      return last + GAP;
    case 'repeated':
      return last;
    case 'older':
      return Math.max(1, last - 1);
  }
}

/** The concrete event. */
export function eventOf({ side, move, numbering }: SideMove, situation: Situation): HostEvent {
  const payload = move.payload(situation, seqOf(numbering, situation.record.lastEventSeq));
  return side === 'agent' ? toLocalEvent(payload, situation.record) : toHostEvent(payload);
}

/** No event has a number below 1, so before the first event there is none to repeat. */
export const canBeNumbered = (numbering: Numbering, last: number): boolean =>
  numbering === 'next' || (numbering === 'gap' ? last + GAP <= Number.MAX_SAFE_INTEGER : last > 0);

const allMoves: readonly Move[] = [...activationMoves, ...probeMoves, ...endingMoves];

/** Each event once, in its usual form. */
export const usualMoves = (side: Side): readonly SideMove[] =>
  allMoves.filter((move) => move.name === null).map((move) => ({ side, move, numbering: 'next' }));

/** Each event in all its forms. */
export const everyMove = (side: Side): readonly SideMove[] =>
  allMoves.map((move) => ({ side, move, numbering: 'next' }));

/** Each event in its usual form with a wrong number, and with a gap, which is allowed. */
export const oddlyNumberedMoves = (side: Side): readonly SideMove[] =>
  (['repeated', 'older', 'gap'] as const).flatMap((numbering) =>
    usualMoves(side).map((usual) => ({ ...usual, numbering })),
  );
