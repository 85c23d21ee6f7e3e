import type { HostEvent } from '../../machine/events.ts';
import type { HostRolloutState } from '../../machine/record.ts';
import { fixtureFile } from '../../testing/fixtures/fixture-file.ts';
import type { StepResult } from '../../machine/step.ts';
import type { TestPath } from '../../testing/test-path.ts';
import { step } from '../../machine/step.ts';
import { replaySession, startRecord, type Session } from './session.ts';

/** What happened so far, as a test: a fixture file of one path for the host, plain events for the rollout. */
export function fixtureOfSession(session: Session): string {
  if (session.machine === 'rollout') {
    const steps = replaySession(session).map(({ event, now, result }) => ({ event, now, expect: result }));
    return JSON.stringify({ start: startRecord(session), steps }, null, 2);
  }
  return JSON.stringify(fixtureFile([pathOfSession(session)]), null, 2);
}

function pathOfSession(session: Session): TestPath {
  const policy = { onHealthFailure: session.onHealthFailure };
  return {
    name: `played: ${session.events
      .slice(0, session.cursor)
      .map(({ type }) => type)
      .join(', ')}`,
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
