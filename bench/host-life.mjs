/** One host's whole life on the agent's side: dispatched, activated, probed, soaked, converged. */
const start = Date.UTC(2026, 0, 1);
const soakDueAt = start + 5 * 60_000;

export const input = {
  rolloutId: 'stable@a1b2c3d4',
  hostname: 'web-01',
  channel: 'stable',
  targetClosure: 'q7w8z5an-nixos-system-web-01',
  dispatchedAt: start,
  soakDueAt,
  policy: { onHealthFailure: 'rollback-and-halt' },
};

const probeResult = (probeName, minutes) => ({
  type: 'LocalProbeResult',
  probeName,
  mode: 'enforce',
  status: 'pass',
  observedAt: start + minutes * 60_000,
  failureReason: null,
  subResults: null,
});

export const life = [
  {
    type: 'LocalActivate',
    currentClosureAtDispatch: 'p0r3k2vd-nixos-system-web-01',
    targetClosure: input.targetClosure,
    receivedAt: start + 1_000,
    soakDueAt,
  },
  { type: 'LocalActivationStarted', startedAt: start + 2_000, switchMethod: 'systemd-run' },
  {
    type: 'LocalActivationCompleted',
    observedCurrentClosure: input.targetClosure,
    exitCode: 0,
    completedAt: start + 30_000,
  },
  {
    type: 'LocalProbeTopologyDeclared',
    probes: [
      { probeName: 'http', kind: 'http', mode: 'enforce' },
      { probeName: 'systemd', kind: 'systemd', mode: 'enforce' },
    ],
    declaredAt: start + 30_000,
  },
  { type: 'LocalProbeObservedFirst', probeName: 'http', mode: 'enforce', observedAt: start + 31_000 },
  probeResult('http', 1),
  { type: 'LocalProbeObservedFirst', probeName: 'systemd', mode: 'enforce', observedAt: start + 31_000 },
  probeResult('systemd', 1),
  probeResult('http', 2),
  probeResult('systemd', 2),
  probeResult('http', 3),
  { type: 'LocalConvergedReached', convergedAt: soakDueAt, currentClosure: input.targetClosure },
].map((event, index) => ({ ...event, seq: index + 1 }));
