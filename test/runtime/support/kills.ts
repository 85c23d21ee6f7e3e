import type { Rehearsal } from '../../../src/runtime/rehearse/index.ts';

/** How processes are killed during a rehearsal. */
export interface KillOptions {
  /** How many kills, if the rehearsal lasts long enough. */
  readonly kills: number;
  /** Between two kills, in real time if the machine is not busy. */
  readonly everyMs: number;
  readonly seed: number;
}

/** Counts what was killed, and at which point. */
export interface KillCounts {
  agents: number;
  betweenEffects: number;
  controlPlanes: number;
  betweenCommits: number;
}

export const noKills = (): KillCounts => ({ agents: 0, betweenEffects: 0, controlPlanes: 0, betweenCommits: 0 });

/** Most turns have fewer effects. */
const MAX_EFFECTS = 6;
const CONTROL_PLANE_PART = 0.15;
const BETWEEN_PART = 0.5;
const MAX_LATER_MS = 400;

/**
 * Kills agents and the control plane with SIGKILL: half of them immediately, half between two effects of a later turn
 * or around a commit. The result is the `chaos` option of `rehearse`.
 */
export function killAtRandom(
  { kills, everyMs, seed }: KillOptions,
  counts: KillCounts,
): (rehearsal: Rehearsal) => () => void {
  const random = randomFrom(seed);
  return (rehearsal) => {
    let left = kills;
    const strike = (): void => {
      if (random() < CONTROL_PLANE_PART) killControlPlane(rehearsal);
      else killSomeAgent(rehearsal);
    };
    const killControlPlane = ({ controlPlane }: Rehearsal): void => {
      if (!controlPlane.isUp) return;
      left -= 1;
      if (random() < BETWEEN_PART) {
        controlPlane.crashAfter(Math.floor(random() * 4));
        counts.betweenCommits += 1;
      } else {
        void rehearsal.killControlPlane();
        counts.controlPlanes += 1;
      }
    };
    const killSomeAgent = ({ hosts }: Rehearsal): void => {
      const host = hosts[Math.floor(random() * hosts.length)];
      if (host === undefined || !host.isRunning) return;
      left -= 1;
      rehearsal.struck({ fault: 'agent-crash', params: {} }, host.hostname);
      if (random() < BETWEEN_PART) {
        host.crashAfter(Math.floor(random() * MAX_EFFECTS));
        counts.betweenEffects += 1;
      } else {
        void rehearsal.killAgent(host);
        counts.agents += 1;
      }
    };
    let timer: NodeJS.Timeout | null = null;
    const next = (): void =>
      rehearsal.clock.after(everyMs * rehearsal.clock.speed, () => {
        // A little later by the machine's clock, when others may be starting, for which the rehearsal's clock waits.
        timer = setTimeout(strike, random() * MAX_LATER_MS);
        if (left > 0) next();
      });
    next();
    return () => {
      if (timer !== null) clearTimeout(timer);
    };
  };
}

/** A small random number generator. The same seed gives the same kills, but not at the same moments. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
