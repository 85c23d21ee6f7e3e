import type { RunMs } from '../../simulator/index.ts';
import type { Life } from './child.ts';
import type { AgentLine, ControlPlaneLine, SteadyMs } from './journal.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { RehearsedHost } from './rehearsed-host.ts';
import { runMsOfSteady } from './timeline.ts';

/** A time during which some process of a rehearsal had to wait for the machine. */
export interface Delay {
  readonly fromRunMs: RunMs;
  readonly untilRunMs: RunMs;
}

interface Wait {
  readonly from: SteadyMs;
  readonly until: SteadyMs;
}

/**
 * When the machine was too slow for the rehearsal's clock, in order and without overlaps: timers fired late, a process took
 * time to load, a switch to begin, or its end to be noticed. A simulation has none of this. Whatever a transition waited
 * for, all of these together are the most that it can be late by.
 */
export function delaysOf(
  { hosts, controlPlane, late, scale }: Rehearsal,
  steadyOf: (realNs: string) => SteadyMs,
): readonly Delay[] {
  const processes: readonly Life<AgentLine | ControlPlaneLine>[] = [
    ...controlPlane.lives,
    ...hosts.flatMap(({ lives }) => lives),
  ];
  const waits = [
    ...late.map(lateTimer),
    ...processes.flatMap(({ startedAt, lines }) => {
      const begun = lines.find(({ type }) => type === 'input' || type === 'listening');
      const loading = begun === undefined ? [] : [{ from: startedAt, until: begun.at }];
      return [...loading, ...lines.flatMap((line) => (line.type === 'late' ? [lateTimer(line)] : []))];
    }),
    ...hosts.flatMap((host) => workerWaits(host, steadyOf)),
  ].filter(({ until }) => until > scale.beganAt);
  const merged: { from: SteadyMs; until: SteadyMs }[] = [];
  for (const { from, until } of waits.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else merged.push({ from, until });
  }
  return merged.map(({ from, until }) => ({
    fromRunMs: runMsOfSteady(from, scale),
    untilRunMs: runMsOfSteady(until, scale),
  }));
}

/** How much of the time before `runMs` was delays. */
export function delayedMs(delays: readonly Delay[], runMs: number): number {
  return delays.reduce(
    (sum, { fromRunMs, untilRunMs }) => sum + Math.max(0, Math.min(untilRunMs, runMs) - fromRunMs),
    0,
  );
}

function lateTimer({ at, byMs }: { readonly at: SteadyMs; readonly byMs: number }): Wait {
  return { from: at - byMs, until: at };
}

/** From each request for a switch or rollback to its start, and from its end to the agent that hears of it. */
function workerWaits(host: RehearsedHost, steadyOf: (realNs: string) => SteadyMs): readonly Wait[] {
  const lines = host.lives.flatMap((life) => life.lines);
  return host.switchLog().flatMap(([realNs = '0', what]): readonly Wait[] => {
    const at = steadyOf(realNs);
    if (what === 'start') {
      const requested = lines.findLast((line) => line.at <= at && isRequest(line));
      return requested === undefined ? [] : [{ from: requested.at, until: at }];
    }
    if (what !== 'end') return [];
    const heard = lines.find((line) => line.at >= at && isOutcome(line));
    return heard === undefined ? [] : [{ from: at, until: heard.at }];
  });
}

function isRequest(line: AgentLine): boolean {
  return (
    line.type === 'effect' && (line.effect.type === 'LocalFireSwitch' || line.effect.type === 'LocalFireRollbackTo')
  );
}

const OUTCOMES: ReadonlySet<string> = new Set([
  'ActivationCompleted',
  'ActivationDeferred',
  'ActivationFailed',
  'RollbackCompleted',
  'RollbackFailed',
]);

function isOutcome(line: AgentLine): boolean {
  return line.type === 'input' && OUTCOMES.has(line.input.type);
}
