import type { HostRolloutState, ProbeMode, ProbeRecord, ProbeStatus, ProbeSubResult } from '../machine/index.ts';
import { move, type Move, type Situation } from './move.ts';
import { sampleProbes } from './sample-host.ts';

/** A careless program loses this name. Here, it is an ordinary one. */
export const TRICKY_PROBE = '__proto__';

const ENFORCE: ProbeMode = 'enforce';
const OBSERVE: ProbeMode = 'observe';

const REFUSED = 'connect ECONNREFUSED 127.0.0.1:8080';

const AUDITED: readonly ProbeSubResult[] = [
  {
    controlId: 'CIS-1.1.2',
    status: 'fail',
    framework: 'cis',
    article: null,
    effectiveMode: 'observe',
    overrideReason: '',
  },
  {
    controlId: 'ANSSI-R33',
    status: 'pass',
    framework: 'anssi-bp-028',
    article: 'R33',
    effectiveMode: 'enforce',
    overrideReason: null,
  },
];

const known = (record: HostRolloutState, name: string): ProbeRecord | null =>
  Object.hasOwn(record.probes, name) ? (record.probes[name] ?? null) : null;

const reported =
  (name: string, status: ProbeStatus, mode: ProbeMode = 'enforce') =>
  ({ at }: Pick<Situation, 'at'>) => ({
    probeName: name,
    mode,
    status,
    observedAt: at,
    failureReason: status === 'fail' ? REFUSED : null,
    subResults: null,
  });

const trickyFails = (record: HostRolloutState) => known(record, TRICKY_PROBE)?.status === 'fail';
const mainFails = (record: HostRolloutState) => {
  const main = known(record, sampleProbes.main);
  return main?.status === 'fail' && main.mode === 'enforce';
};

/** What probes report while the host soaks. */
export const probeMoves: readonly Move[] = [
  move('ProbeTopologyDeclared', null, ({ at }) => ({
    probes: [
      { probeName: sampleProbes.main, kind: 'http', mode: ENFORCE },
      { probeName: sampleProbes.observed, kind: 'command', mode: OBSERVE },
      { probeName: sampleProbes.evidence, kind: 'evidence', mode: ENFORCE },
    ],
    declaredAt: at,
  })),
  move('ProbeTopologyDeclared', 'without probes', ({ at }) => ({ probes: [], declaredAt: at })),
  move('ProbeObservedFirst', null, ({ at }) => ({ probeName: sampleProbes.main, mode: ENFORCE, observedAt: at })),
  move('ProbeObservedFirst', 'of an observed probe', ({ at }) => ({
    probeName: sampleProbes.observed,
    mode: OBSERVE,
    observedAt: at,
  })),
  move('ProbeResult', null, reported(sampleProbes.main, 'pass')),
  move('ProbeResult', 'fail', reported(sampleProbes.main, 'fail')),
  move('ProbeResult', 'fail, observed only', reported(sampleProbes.observed, 'fail', 'observe')),
  move('ProbeResult', 'fail, now observed only', reported(sampleProbes.main, 'fail', 'observe'), mainFails),
  move('ProbeResult', 'fail, now disabled', reported(sampleProbes.main, 'fail', 'disabled'), mainFails),
  move('ProbeResult', 'pass, with controls', (situation) => ({
    ...reported(sampleProbes.evidence, 'pass')(situation),
    failureReason: 'one control is only observed',
    subResults: AUDITED,
  })),
  move(
    'ProbeResult',
    'pass, older than what is stored',
    ({ record }) => ({
      ...reported(sampleProbes.main, 'pass')({ at: (known(record, sampleProbes.main)?.lastObservedAt ?? 0) - 5_001 }),
    }),
    (record) => known(record, sampleProbes.main)?.status === 'pass',
  ),
  move('ProbeResult', 'fail without a reason', (situation) => ({
    ...reported(TRICKY_PROBE, 'fail')(situation),
    failureReason: null,
    subResults: [],
  })),
  move('ProbeResult', 'pass under the same odd name', reported(TRICKY_PROBE, 'pass'), trickyFails),
  move('ProbeFailureFirst', null, ({ at }) => ({ probeName: sampleProbes.main, mode: ENFORCE, firstFailedAt: at })),
  move('ProbeFailureFirst', 'of an observed probe', ({ at }) => ({
    probeName: sampleProbes.observed,
    mode: OBSERVE,
    firstFailedAt: at,
  })),
];
