import type { ControlPlaneReply } from '../../control-plane/index.ts';
import type { Time } from '../../machine/index.ts';
import { runMsOf, type Observation, type RunMs } from '../../simulator/index.ts';
import type { RecordedTurn, SteadyMs } from './journal.ts';
import type { RehearsedLife } from './rehearsed-control-plane.ts';
import type { RunClockDriver } from './run-clock.ts';
import type { Observed } from './timeline.ts';

/** Turns the control plane's journal into observations. */
export function observeControlPlane(
  lives: readonly RehearsedLife[],
  clock: RunClockDriver,
  startAt: Time,
): readonly Observed[] {
  const observed: Observed[] = [];
  const see: See = (at, make, handledAt) => {
    observed.push({
      at,
      observation: make(handledAt === undefined ? clock.runMsAt(at) : runMsOf(handledAt, startAt)),
    });
  };
  lives.forEach((life, index) => {
    const first = life.lines[0];
    if (index > 0 && first !== undefined) see(first.at, (runMs) => ({ type: 'ControlPlaneStarted', runMs }));
    observeLife(life, recoveredBy(lives.slice(index + 1)), see);
    const { endedAt, lostDatabase } = life;
    if (endedAt === null) return;
    see(endedAt, (runMs) => ({ type: 'ControlPlaneStopped', runMs }));
    if (lostDatabase) see(endedAt, (runMs) => ({ type: 'DatabaseLost', runMs }));
  });
  return observed;
}

/** @param handledAt when the control plane decided; the effect was seen a little later */
type See = (at: SteadyMs, make: (runMs: RunMs) => Observation, handledAt?: Time) => void;

/** @param recoveredSeq the last input that the next life found in the database; `null` if unknown */
function observeLife({ lines, lostDatabase }: RehearsedLife, recoveredSeq: number | null, see: See): void {
  /** On disk but not answered. */
  const committed: { readonly at: SteadyMs; readonly turn: RecordedTurn }[] = [];
  let begun: { readonly at: SteadyMs; readonly turns: readonly RecordedTurn[] } | null = null;
  for (const line of lines) {
    switch (line.type) {
      case 'listening':
        break;
      case 'append':
        begun = line;
        break;
      case 'appended':
        for (const turn of begun?.turns ?? []) committed.push({ at: line.at, turn });
        begun = null;
        break;
      case 'performed':
        if (line.isRecorded) committed.shift();
        seeTurn(see, line.at, line, line.reply);
    }
  }
  // Killed between the commit and the answers: the effects are on disk, but no answer was sent.
  for (const { at, turn } of committed) seeTurn(see, at, turn, null);
  const wasCommitted = !lostDatabase && recoveredSeq !== null;
  for (const turn of begun?.turns ?? [])
    if (begun !== null && wasCommitted && turn.seq <= recoveredSeq) seeTurn(see, begun.at, turn, null);
}

function seeTurn(
  seeAt: See,
  at: SteadyMs,
  { input, effects, handledAt }: Pick<RecordedTurn, 'input' | 'effects' | 'handledAt'>,
  reply: ControlPlaneReply | null,
): void {
  const see = (make: (runMs: RunMs) => Observation): void => seeAt(at, make, handledAt);
  if (input.type === 'PlanTick') see((runMs) => ({ type: 'PlanTicked', runMs }));
  if (input.type === 'HeartbeatReceived') {
    const { heartbeat } = input;
    see((runMs) => ({ type: 'HeartbeatReceived', runMs, hostname: heartbeat.hostname, heartbeat }));
  }
  for (const effect of effects)
    if (effect.type !== 'EmitMetric') see((runMs) => ({ type: 'EffectPerformed', runMs, effect }));
  if (effects.length > 0) see((runMs) => ({ type: 'ControlPlaneIdle', runMs }));
  if (reply === null) return;
  if (input.type === 'EventReceived' && 'outcome' in reply) {
    const { hostname, rolloutId, event } = input.envelope;
    see((runMs) => ({ type: 'EventAnswered', runMs, hostname, rolloutId, event, outcome: reply.outcome }));
  }
  if (input.type === 'HeartbeatReceived' && 'replayFrom' in reply) {
    const { replayFrom, bootstrapRollouts } = reply;
    const answer = { replayFrom, bootstrapRollouts };
    see((runMs) => ({ type: 'HeartbeatReplied', runMs, hostname: input.heartbeat.hostname, answer }));
  }
}

/** The input up to which the first of these lives recovered; `null` if none did, or the database was lost before. */
function recoveredBy(lives: readonly RehearsedLife[]): number | null {
  for (const { lines, lostDatabase } of lives) {
    for (const line of lines) if (line.type === 'listening') return line.seq;
    if (lostDatabase) return null;
  }
  return null;
}
