import { expect } from 'vitest';
import {
  decodeFleet,
  type Fleet,
  type FleetProblem,
  projectRollout,
  type RolloutManifest,
} from '../../src/fleet/index.ts';
import type { ProjectionOptions } from '../../src/fleet/index.ts';

export function fleetOf(json: unknown): Fleet {
  const decoded = decodeFleet(json);
  if (!decoded.ok) expect.fail(`not decoded: ${JSON.stringify(decoded.problems, null, 2)}`);
  return decoded.fleet;
}

export function rolloutOf(fleet: Fleet, channel: string, options?: ProjectionOptions): RolloutManifest {
  const projected = projectRollout(fleet, channel, options);
  if (!projected.ok) expect.fail(`not projected: ${JSON.stringify(projected.problem, null, 2)}`);
  return projected.rollout;
}

/** Errors and warnings alike. */
export function problemsOf(json: unknown): readonly FleetProblem[] {
  const decoded = decodeFleet(json);
  return decoded.ok ? decoded.warnings : decoded.problems;
}

/** Each problem as `severity path`. */
export function placesOf(json: unknown): readonly string[] {
  return problemsOf(json).map(({ severity, path }) => `${severity} ${path}`);
}

/** Every problem says where, what, and what to do. */
export function expectHelpful(problems: readonly FleetProblem[]): void {
  for (const { path, message, remedy } of problems) {
    expect(path).toMatch(/^\$/);
    expect(message.length).toBeGreaterThan(10);
    expect(message).not.toContain('Invalid input');
    expect(remedy).toMatch(/\.$/);
  }
}
