import { step, type HostEvent, type HostRolloutState, type StepResult } from '../../machine/index.ts';
import { answerQuestion, fixtureFile, type TestPath } from '../../testing/index.ts';
import type { RolloutEvent, RolloutRecord } from '../../rollout/index.ts';
import { replaySession, startRecord, type Session } from './session.ts';

/**
 * What happened so far, as a test that `conform --fixtures` asks: a fixture file of one path for the host; for the
 * rollout, of which there are no fixture files, a line of reference answers.
 */
export function fixtureOfSession(session: Session): string {
  if (session.machine === 'rollout') return `${JSON.stringify(rolloutWalk(session))}\n`;
  return JSON.stringify(fixtureFile([pathOfSession(session)]), null, 2);
}

function rolloutWalk(session: Session) {
  const moments = replaySession(session);
  // A session of the rollout holds records and events of the rollout only.
  const out = moments.map(({ before, event, now }) =>
    answerQuestion({ op: 'rollout_step', record: before as RolloutRecord, event: event as RolloutEvent, now }),
  );
  return {
    id: nameOf(session),
    in: {
      op: 'rollout_walk',
      initial: startRecord(session),
      events: moments.map(({ event, now }) => ({ event, now })),
    },
    out,
  };
}

const nameOf = (session: Session): string =>
  `played: ${session.events
    .slice(0, session.cursor)
    .map(({ type }) => type)
    .join(', ')}`;

function pathOfSession(session: Session): TestPath {
  const policy = { onHealthFailure: session.onHealthFailure };
  return {
    name: nameOf(session),
    side: session.side === 'both' ? 'agent' : session.side,
    policy,
    // A session of the host machine holds records and events of the host machine only.
    start: startRecord(session) as HostRolloutState,
    steps: replaySession(session).map(({ event, before, now }) => {
      const expected: StepResult = step(before as HostRolloutState, event as HostEvent, now, policy);
      return { event: event as HostEvent, now, note: null, expected };
    }),
  };
}

/** A path to be played from its start, nothing of it having happened yet. */
export const sessionOfPath = (path: TestPath): Session => ({
  machine: 'host',
  side: path.side,
  onHealthFailure: path.policy.onHealthFailure,
  start: { kind: 'record', record: path.start, title: path.name },
  events: path.steps.map(({ event }) => event),
  cursor: 0,
});
