import type { ProbeDefinition } from '../../../src/agent/index.ts';
import { NO_FAULTS, type FaultRates, type Scenario } from '../../../src/simulator/index.ts';
import { after, budgetOf, MINUTE, scenarioWith, sketch, type RolloutSketch } from './small-fleets.ts';

/** Every fault there is, often enough that a run of two hours has most of them. */
export const EVERY_FAULT: FaultRates = {
  ...NO_FAULTS,
  agentCrashesPerHour: 0.5,
  crashBeforeEffect: 0.004,
  tailLost: 0.5,
  diskLossesPerHour: 0.03,
  rebootsPerHour: 0.2,
  offlineForGood: 0.01,
  joinsLate: 0.04,
  controlPlaneRestartsPerHour: 0.7,
  controlPlaneKilledBeforeEffect: 0.0005,
  databaseLossesPerHour: 0.3,
  backupRestoresPerHour: 0.2,
  retentionExpiresPerHour: 0.3,
  controlPlaneClockJumpsPerHour: 0.3,
  controlPlaneClockSkewMs: 60_000,
  activationFails: 0.005,
  wrongClosure: 0.01,
  unitsFailed: 0.05,
  failsAfterSwitching: 0.01,
  workerHangs: 0.02,
  reportRepeated: 0.02,
  activationDeferred: 0.05,
  deferredRebootAfter: { minMs: MINUTE, maxMs: 40 * MINUTE },
  probeFails: 0.01,
  probeFlaps: 0.03,
  probeSilent: 0.01,
  rollbackFails: 0.2,
  rollbackLies: 0.1,
  bootFallsBack: 0.4,
  clockSkewMs: 20_000,
  clockDriftPpm: 100,
  requestLost: 0.02,
  answerLost: 0.02,
  requestDuplicated: 0.02,
  requestBounced: 0.02,
  slowLink: 0.05,
  partitionsPerHour: 0.2,
};

const PROBES: readonly (readonly ProbeDefinition[])[] = [
  [
    { probeName: 'services', kind: 'systemd', mode: 'enforce', intervalSecs: 60 },
    { probeName: 'http', kind: 'http', mode: 'enforce', intervalSecs: 30 },
    { probeName: 'disk', kind: 'script', mode: 'observe', intervalSecs: 120 },
  ],
  [{ probeName: 'services', kind: 'systemd', mode: 'enforce', intervalSecs: 60 }],
  [],
];

/**
 * Fifty hosts on two channels with waves (one of them empty), edges, a channel edge and budgets, every fault, and a new
 * release of one channel while the first is under way. After two hours faults stop, and all has to come to an end.
 */
export function roughDay(seed: number): Scenario {
  const edge = names('edge', 8);
  const web = names('web', 22);
  const db = names('db', 20);
  const stable: RolloutSketch = {
    waves: [web.slice(0, 2), [...web.slice(2, 10), ...db.slice(0, 6)], [], [...web.slice(10), ...db.slice(6)]],
    soakMinutes: [5, 10, 10, 15],
    edges: [
      ['web-05', 'db-01'],
      ['web-12', 'web-13'],
      ['db-09', 'db-08'],
    ],
    waitsFor: ['edge'],
    budgets: [budgetOf(db, 4), budgetOf([...web, ...edge], 12)],
  };
  const first = [
    sketch({ channel: 'edge', waves: [edge], budgets: [budgetOf([...web, ...edge], 12)] }),
    sketch(stable),
  ];
  const publishAfter = 10 + (seed % 90);
  const releases = [
    [sketch({ ...stable, ref: 'r2', onHealthFailure: seed % 3 === 0 ? 'halt' : 'rollback-and-halt' })],
    [sketch({ channel: 'edge', ref: 'r2', waves: [edge], budgets: [budgetOf([...web, ...edge], 12)] })],
  ];
  const scenario = scenarioWith(first, {
    title: 'A rough day',
    seed,
    probeSets: PROBES,
    rates: EVERY_FAULT,
    steps: [
      after(publishAfter, { type: 'publish', rollouts: releases[seed % 2] ?? [] }),
      after(5, { type: 'expire-manifest', hosts: web.slice(0, 4), forMs: 10 * MINUTE }),
      after(10, { type: 'slow-cache', hosts: [...web, ...db], fetchMs: MINUTE / 6, atOnce: 4, forMs: 60 * MINUTE }),
      after(0, { type: 'break-host', hosts: edge.slice(3, 5), probe: 'services', forMs: 1.5 * MINUTE }),
      after(0, {
        type: 'fail-controls',
        hosts: edge.slice(5, 7),
        probe: 'services',
        controls: ['A.5.1'],
        forMs: 3 * MINUTE,
      }),
      after(45, { type: 'switch-by-hand', hosts: db.slice(0, 1), closure: 'built-by-hand' }),
      // What fails on the edge keeps the other channel from starting.
      ...(seed % 12 === 5 ? [after(0, { type: 'break-cache', hosts: edge.slice(0, 1), forMs: 10 * MINUTE })] : []),
    ],
    settle: { faultsUntilMs: 120 * MINUTE, withinMs: 600 * MINUTE },
    untilMs: 30 * 24 * 60 * MINUTE,
  });
  return {
    ...scenario,
    hosts: scenario.hosts.map((host, at) => ({ ...host, probeSet: at % 7 === 0 ? 2 : at % 3 === 0 ? 1 : 0 })),
  };
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${String(at + 1).padStart(2, '0')}`);
}
