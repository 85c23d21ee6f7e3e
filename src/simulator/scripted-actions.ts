import type { SimulatedHost } from './simulated-host.ts';
import type { FaultSource } from './fault-source.ts';
import type { ScenarioAction } from './scenario-steps.ts';
import type { World } from './world.ts';

/** The actions that are about hosts. */
export type HostAction = Extract<ScenarioAction, { readonly hosts: readonly string[] }>;

/** Does to one host what a scenario says. */
export function actOn(node: SimulatedHost, action: HostAction, world: World): void {
  const { faults, now } = world;
  switch (action.type) {
    case 'CrashAgent':
      if (action.afterEffects === null) return faults.crash(node, action.downMs, action.losesTail);
      faults.of(node).crash = { afterEffects: action.afterEffects, downMs: action.downMs, losesTail: action.losesTail };
      return;
    case 'RebootHost':
      return faults.reboot(node, action.offMs);
    case 'TakeOffline':
      return faults.takeOffline(node, action.forMs);
    case 'Partition':
      return faults.cutOff(node, action.forMs);
    case 'SlowLink':
      faults.of(node).slowUntil = now + action.forMs;
      faults.of(node).slowExtraMs = action.extraMs;
      return faults.fired('slow-link', node.name, { extraMs: action.extraMs });
    case 'LoseMessages':
      if (action.what !== 'answers') faults.of(node).requestsLostUntil = now + action.forMs;
      if (action.what !== 'requests') faults.of(node).answersLostUntil = now + action.forMs;
      return;
    case 'DuplicateMessages':
      faults.of(node).duplicatedUntil = now + action.forMs;
      return;
    case 'FailActivation':
    case 'MisreportClosure':
    case 'DeferActivation':
    case 'FailRollback':
      faults.of(node).work.push({ action, closure: releasedTo(node, world), left: action.times ?? Infinity });
      return;
    case 'FailProbe':
      return armProbe(faults, node, 'fails', action, now, 0, world);
    case 'FlapProbe':
      return armProbe(faults, node, 'flaps', action, now, action.periodMs, world);
    case 'SilenceProbe':
      return armProbe(faults, node, 'silent', action, now, 0, world);
    case 'SetClock':
      node.clock = node.clock.set(now, action.skewMs, action.driftPpm);
      return faults.fired('clock-skew', node.name, { skewMs: action.skewMs, driftPpm: action.driftPpm });
  }
}

function armProbe(
  faults: FaultSource,
  node: SimulatedHost,
  kind: 'fails' | 'flaps' | 'silent',
  { probe, forMs }: { readonly probe: string | null; readonly forMs: number | null },
  now: number,
  periodMs: number,
  world: World,
): void {
  const closure = releasedTo(node, world);
  faults.of(node).probes.push({
    kind,
    probe,
    closure,
    fromMs: now,
    untilMs: forMs === null ? Infinity : now + forMs,
    periodMs,
    hasFired: false,
  });
}

/** What goes wrong is wrong with the release that is out now: a later one may put it right. */
function releasedTo(node: SimulatedHost, world: World): string | null {
  return world.newestManifests(node)[0]?.targetClosure ?? null;
}
