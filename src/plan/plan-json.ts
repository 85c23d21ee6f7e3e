import { startClock, type StartTime } from '../text/index.ts';
import { whatIsHeld, Moment } from '../simulator/index.ts';
import type { Comparison } from './comparison.ts';
import type { Plan } from './plan.ts';
import type { z } from 'zod';
import { PLAN_FORMAT, PLAN_VERSION, type planSchema } from './plan-schema.ts';
import { changesOf, headline } from './plan-words.ts';

/** A plan for other programs. Times are milliseconds since the start unless their name ends in `At`. */
export type PlanJson = ReturnType<typeof planJson>;

/** A plan as a JSON document. */
export function planJson(plan: Plan, start: StartTime | null, comparison: Comparison | null) {
  const { run, scenario, path, verdict } = plan;
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    headline: headline(plan, startClock(start, 'minutes')),
    outcome: run.outcome,
    seed: scenario.seed,
    startAt: start === null ? null : new Date(start.startAt).toISOString(),
    endsMs: verdict.type === 'done' ? verdict.runMs : run.endedRunMs,
    held: whatIsHeld(new Moment(run.history, run.endedRunMs)).map(({ hostname, rolloutId, blocker }) => ({
      hostname,
      rolloutId,
      heldBy: blocker.heldBy,
    })),
    changes: plan.changes,
    summary: changesOf(plan),
    waves: plan.waves,
    gates: plan.gates,
    forecast: plan.forecast,
    criticalPath: path,
    blastRadius: plan.blasts,
    comparison:
      comparison === null ? null : { ...comparison, base: { p50: comparison.base.p50, p95: comparison.base.p95 } },
    lints: plan.lints,
    assumptions: plan.assumptions,
    notes: plan.notes,
    durations: scenario.durations,
  } satisfies z.input<typeof planSchema>;
}
