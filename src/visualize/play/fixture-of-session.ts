import { step, type HostEvent, type HostRolloutState, type StepResult } from '../../machine/index.ts';
import { answerQuestion, fixtureFile, type TestPath } from '../../testing/index.ts';
import type { RolloutEvent, RolloutRecord } from '../../rollout/index.ts';
import { replaySession, startRecord, type Session } from './session.ts';

/**
 * The session so far as a test for `conform --fixtures`: for the host a fixture file with one path, for the rollout a
 * line of reference answers.
 */
export function fixtureOfSession(session: Session): string {
  if (session.machine === 'rollout') return `${JSON.stringify(rolloutWalk(session))}\n`;
  return JSON.stringify(fixtureFile([pathOfSession(session)]), null, 2);
}

function rolloutWalk(session: Session) {
  const moments = replaySession(session);
  // Safe: a session of the rollout only has its records and events.
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
    // Safe: a session of the host machine only has its records and events.
    start: startRecord(session) as HostRolloutState,
    steps: replaySession(session).map(({ event, before, now }) => {
      const expected: StepResult = step(before as HostRolloutState, event as HostEvent, now, policy);
      return { event: event as HostEvent, now, note: null, expected };
    }),
  };
}

/** A session that plays a path from its start. */
export const sessionOfPath = (path: TestPath): Session => ({
  machine: 'host',
  side: path.side,
  onHealthFailure: path.policy.onHealthFailure,
  start: { kind: 'record', record: path.start, title: path.name },
  events: path.steps.map(({ event }) => event),
  cursor: 0,
});
