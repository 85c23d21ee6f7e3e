import { expect, test } from 'vitest';
import { generatePaths } from '../../../src/testing/generate.ts';
import { openRollout } from '../../../src/rollout/index.ts';
import { checkSession } from '../../../src/visualize/play/link.ts';
import { sessionOfPath } from '../../../src/visualize/play/fixture-of-session.ts';
import { newSession, type Session } from '../../../src/visualize/play/session.ts';

const [path] = generatePaths({
  criterion: { kind: 'full', name: 'allTransitions' },
  side: 'agent',
  onHealthFailure: 'halt',
}).paths;
if (path === undefined) throw new Error('There is no path.');
const played = sessionOfPath(path);
const rollout: Session = {
  ...newSession,
  machine: 'rollout',
  side: 'control-plane',
  start: {
    kind: 'record',
    record: openRollout({ rolloutId: 'a@b', channel: 'a', targetRef: 'b', openedAt: 1 }),
    title: '',
  },
};

test.each([
  ['a new one', newSession],
  ['one of the host', played],
  ['one of the rollout', rollout],
])('a session comes back whole: %s', (_, session) => {
  expect(checkSession(JSON.parse(JSON.stringify(session)))).toEqual({ ok: true, value: session });
});

const withEvent = (change: object) => ({ ...played, events: [{ ...played.events[0], ...change }] });
const withRecord = (change: object) => ({
  ...played,
  start: { ...played.start, record: { ...path.start, ...change } },
});

test.each([
  [null, /\$: /],
  [{}, /\$/],
  [{ ...newSession, machine: 'lamp' }, /machine/],
  [{ ...newSession, side: 'both sides' }, /\$\.side: /],
  [{ ...newSession, onHealthFailure: 'ignore' }, /\$\.onHealthFailure: /],
  [{ ...newSession, start: { kind: 'state', state: 'Terminal', soak: 'none' } }, /\$\.start\.state: /],
  [{ ...rollout, start: played.start }, /\$\.start\.record/],
  [{ ...newSession, cursor: 1 }, /\$\.cursor: /],
  [{ ...newSession, cursor: 0.5 }, /\$\.cursor: /],
  [{ ...played, events: Array.from({ length: 501 }, () => played.events[0]) }, /\$\.events: /],
  [withEvent({ seq: 0 }), /\$\.events\[0\]\.seq: /],
  [withEvent({ type: 'LocalRebooted' }), /\$\.events\[0\]\.type: /],
  [withEvent({ note: '' }), /\$\.events\[0\]\.note: /],
  [withRecord({ dispatchedAt: 'now' }), /\$\.start\.record\.dispatchedAt: /],
  [withRecord({ soakDueAt: 'now' }), /\$\.start\.record\.soakDueAt: /],
  [withRecord({ probes: { http: {} } }), /\$\.start\.record\.probes: /],
])('a session is refused with the place of what is wrong, %#', (value, place) => {
  const checked = checkSession(value);
  expect(checked.ok).toBe(false);
  const message = checked.ok ? '' : checked.message;
  expect(message).toMatch(/^The link does not contain a session: .*\.$/);
  expect(message).toMatch(place);
});
