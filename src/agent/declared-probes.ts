import type { ProbeMode } from '../machine/events.ts';
import type { ProbeDefinition } from './agent-config.ts';
import type { DeclaredProbe } from './agent-state.ts';

const MIN_INTERVAL_MS = 5000;

/**
 * The probes of a host's configuration as they will be declared and run (specification: agent, rule 5): none more often
 * than every 5 s, an unknown mode as `enforce`, and each name once, the first definition of it.
 */
export function declaredProbes(definitions: readonly ProbeDefinition[]): readonly DeclaredProbe[] {
  const names = new Set<string>();
  const declared: DeclaredProbe[] = [];
  for (const definition of definitions) {
    if (names.has(definition.probeName)) continue;
    names.add(definition.probeName);
    declared.push({
      probeName: definition.probeName,
      kind: definition.kind,
      mode: probeMode(definition.mode),
      intervalMs: intervalMs(definition.intervalSecs),
    });
  }
  return declared;
}

/** Strictest where it is not known: a misspelt mode must not switch a gate off. */
function probeMode(mode: string): ProbeMode {
  return mode === 'observe' || mode === 'disabled' ? mode : 'enforce';
}

function intervalMs(secs: number): number {
  return Number.isFinite(secs) ? Math.max(MIN_INTERVAL_MS, secs * 1000) : MIN_INTERVAL_MS;
}
