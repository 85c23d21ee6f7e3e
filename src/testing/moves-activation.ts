import { move, type Move } from './move.ts';
import { sampleClosures } from './sample-host.ts';

const SWITCH_FAILED = 'Failed to start nginx.service: Unit nginx.service has a bad unit file setting.';

/** From the acknowledgement to the end of the activation. */
export const activationMoves: readonly Move[] = [
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
