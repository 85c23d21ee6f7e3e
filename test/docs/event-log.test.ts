import { expect, test } from 'vitest';
import type { GateName, Hold } from '../../src/control-plane/index.ts';
import type { RunEventType } from '../../src/simulator/index.ts';
import { readText } from '../support/repository.ts';

type Fields = { readonly [Name in GateName]: readonly Exclude<keyof Extract<Hold, { gate: Name }>, 'gate'>[] };

/** The compiler notices a gate that is missing here. */
const gates: Fields = {
  quarantine: ['channel', 'closure'],
  'channel-edges': ['channel', 'gatingChannel', 'gatingRolloutId', 'gatingState', 'edgeReason'],
  'wave-promotion': ['wave'],
  'wave-promotion-host-unstaged': ['channel'],
  'host-edge': ['gatingHostname', 'gatingState'],
  'disruption-budget': ['selectorKey', 'summary', 'inFlight', 'limit'],
  'compliance-wave': ['wave', 'failures'],
  extension: ['name'],
};

const types: Readonly<Record<RunEventType, true>> = {
  AgentBooted: true,
  AgentTransition: true,
  ClosureQuarantined: true,
  ControlPlaneDown: true,
  ControlPlaneUp: true,
  DispatchWithdrawn: true,
  EventAccepted: true,
  EventDropped: true,
  EventSynthesized: true,
  Fault: true,
  FaultsStopped: true,
  FleetChanged: true,
  HostDispatched: true,
  HostHeld: true,
  HostReachable: true,
  HostTransition: true,
  HostUnreachable: true,
  InvariantBroken: true,
  Logged: true,
  RecordTakenOver: true,
  ReleasePublished: true,
  RolloutOpened: true,
  RolloutTransition: true,
  WaveAdvanced: true,
  WaveEmpty: true,
};

const rows = readText('docs/event-log.md').split('\n');

test('docs/event-log.md has a row for every gate, with its fields: extension was missing', () => {
  for (const [gate, fields] of Object.entries(gates)) {
    const row = rows.find((line) => line.startsWith(`| \`${gate}\` `));
    for (const field of fields) expect(row, gate).toContain(`\`${field}\``);
  }
});

test('docs/event-log.md has every type of event', () => {
  const named = rows.filter((line) => line.startsWith('| `')).join('\n');
  for (const type of Object.keys(types)) expect(named).toContain(`\`${type}\``);
});
