import type { Rehearsal } from './rehearsal.ts';
import type { RehearsedHost } from './rehearsed-host.ts';
import type { HostTrouble } from './child-setup.ts';
import type { RehearsedAction } from './supported.ts';

/** Applies a step of a scenario to the processes. */
export function strike(rehearsal: Rehearsal, action: RehearsedAction): void {
  if ('hosts' in action) {
    for (const hostname of action.hosts) strikeHost(rehearsal, action, rehearsal.hostOf(hostname));
    return;
  }
  switch (action.type) {
    case 'restart-control-plane':
      rehearsal.struck({ fault: 'control-plane-restart', params: {} }, null);
      return void rehearsal.killControlPlane(action.downMs);
    case 'lose-database':
      rehearsal.struck({ fault: 'database-lost', params: {} }, null);
      return void rehearsal.killControlPlane(action.downMs, () => rehearsal.controlPlane.loseDatabase());
    case 'publish': {
      const rolloutIds = action.rollouts.map(({ rolloutId }) => rolloutId);
      rehearsal.struck({ fault: 'successor', params: { rolloutIds } }, null);
      return rehearsal.publish(action.rollouts);
    }
  }
}

type HostAction = Extract<RehearsedAction, { readonly hosts: readonly string[] }>;

function strikeHost(rehearsal: Rehearsal, action: HostAction, host: RehearsedHost): void {
  const { hostname } = host;
  const { durations } = rehearsal.scenario;
  // A faulty switch belongs to the current release: a later one may fix it.
  const released = rehearsal.releasedTo(hostname);
  switch (action.type) {
    case 'crash': {
      const { afterEffects, downMs, losesTail } = action;
      const beforeStart = losesTail ? () => loseTail(rehearsal, host) : undefined;
      if (afterEffects === null) {
        const crash = (): void => {
          rehearsal.struck({ fault: 'agent-crash', params: {} }, hostname);
          void rehearsal.killAgent(host, downMs, beforeStart);
        };
        return losesTail ? onceAtRisk(rehearsal, host, crash) : crash();
      }
      const params = { afterEffects, ofEffects: afterEffects };
      rehearsal.struck({ fault: 'crash-between-effects', params }, hostname);
      return rehearsal.crashAgent(host, afterEffects, downMs, beforeStart);
    }
    case 'reboot':
      rehearsal.struck({ fault: 'reboot', params: {} }, hostname);
      return void rehearsal.powerOff(host, action.offMs ?? durations.reboot.minMs);
    case 'take-offline':
      rehearsal.struck({ fault: 'offline', params: { forMs: action.forMs } }, hostname);
      return void rehearsal.powerOff(host, action.forMs);
    case 'fall-back-at-boot':
      return host.fallBack(action.times);
    case 'lose-disk':
      rehearsal.struck({ fault: 'disk-lost', params: {} }, hostname);
      return void rehearsal.killAgent(host, action.downMs, () => host.loseDisk());
    case 'fail-activation':
      return host.plan('switch', action.times, 'fail', String(action.exitCode), released);
    case 'switch-with-failed-units':
      return host.plan('switch', action.times, 'units', String(action.exitCode), released);
    case 'defer-activation':
      if (action.rebootAfterMs !== null) rehearsal.rebootAfterMs.set(hostname, action.rebootAfterMs);
      return host.plan('switch', action.times, 'defer', action.component, released);
    case 'fail-rollback':
      return host.plan('rollback', action.times, 'fail', String(action.exitCode), null);
    case 'lie-about-rollback':
      return host.plan('rollback', action.times, 'lie', '0', null);
    case 'hang-worker':
      return host.plan('switch', action.times, 'hang', String(action.extraMs / 1000), null);
    case 'switch-by-hand':
      rehearsal.struck({ fault: 'switched-by-hand', params: { closure: action.closure } }, hostname);
      return host.switchByHand(action.closure);
    case 'fail-probe':
    case 'silence-probe': {
      const outcome = action.type === 'fail-probe' ? 'fail' : 'silent';
      const trouble = { probeName: action.probe, closure: released, outcome } as const;
      host.trouble(withProbe(trouble));
      if (action.forMs !== null) rehearsal.after(action.forMs, () => host.trouble(withoutProbe(trouble)));
      return;
    }
    case 'expire-manifest':
      rehearsal.struck({ fault: 'manifest-expired', params: {} }, hostname);
      host.trouble((trouble) => ({ ...trouble, isManifestExpired: true }));
      return rehearsal.after(action.forMs, () => host.trouble((trouble) => ({ ...trouble, isManifestExpired: false })));
    case 'partition':
      rehearsal.struck({ fault: 'partition', params: { forMs: action.forMs } }, hostname);
      host.link.set({ type: 'cut' });
      return rehearsal.after(action.forMs, () => host.link.set({ type: 'open' }));
    case 'slow-link':
      rehearsal.struck({ fault: 'slow-link', params: { extraMs: action.extraMs } }, hostname);
      host.link.set({ type: 'slow', delayMs: action.extraMs / rehearsal.clock.speed });
      return rehearsal.after(action.forMs, () => host.link.set({ type: 'open' }));
    case 'bounce-requests':
      rehearsal.struck({ fault: 'request-bounced', params: {} }, hostname);
      host.link.set({ type: 'bounce' });
      return rehearsal.after(action.forMs, () => host.link.set({ type: 'open' }));
  }
}

/** Longer than a probing agent ever goes without an event. */
const MAX_WAIT_FOR_TAIL_MS = 60_000;
const LOOK_FOR_TAIL_MS = 250;

/**
 * Runs once the agent has written an event that is not on disk yet. A simulation strikes to the millisecond, but a
 * process writes the event that the scenario means a little earlier or later.
 */
function onceAtRisk(rehearsal: Rehearsal, host: RehearsedHost, run: () => void, waitedMs = 0): void {
  if (host.atRisk > 0 || waitedMs >= MAX_WAIT_FOR_TAIL_MS) return run();
  rehearsal.after(LOOK_FOR_TAIL_MS, () => onceAtRisk(rehearsal, host, run, waitedMs + LOOK_FOR_TAIL_MS));
}

function loseTail(rehearsal: Rehearsal, host: RehearsedHost): void {
  const lostEvents = host.loseTail();
  if (lostEvents > 0) rehearsal.struck({ fault: 'tail-lost', params: { lostEvents } }, host.hostname);
}

type ProbeTrouble = HostTrouble['probes'][number];

const withProbe =
  (added: ProbeTrouble) =>
  (trouble: HostTrouble): HostTrouble => ({ ...trouble, probes: [...trouble.probes, added] });

const withoutProbe =
  (removed: ProbeTrouble) =>
  (trouble: HostTrouble): HostTrouble => ({
    ...trouble,
    probes: trouble.probes.filter((each) => !isSame(each, removed)),
  });

function isSame(a: ProbeTrouble, b: ProbeTrouble): boolean {
  return a.probeName === b.probeName && a.closure === b.closure && a.outcome === b.outcome;
}
