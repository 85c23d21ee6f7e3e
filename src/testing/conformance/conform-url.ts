import type { HostEvent, HostRolloutState, StepResult } from '../../machine/index.ts';
import { encodeEnvelope, toWireEvent } from '../../wire/index.ts';
import { cellKey } from '../chart-cells.ts';
import { expectedVisits } from '../coverage/measure-coverage.ts';
import { pathOf } from '../generate.ts';
import { suitePolicies, planSuite, shortfallsOf, type SuiteOptions } from '../suite.ts';
import type { TestPath } from '../test-path.ts';
import { GIVEN_UP, OFF_PATH } from './ask-exercises.ts';
import type { ConformanceReport } from './conformance-report.ts';
import { CONFORM_DEFAULTS } from './conform.ts';
import type { ControlPlaneAdapter } from './control-plane-adapter.ts';
import type { Exercise } from './exercise.ts';
import { inTime, type StartTimer } from './in-time.ts';
import type { PeerProblem } from './peer.ts';
import { tallyAnswers } from './tally.ts';

/** The control plane to ask over HTTP, and how. */
export interface ConformUrlOptions {
  /** The control plane's URL; `/v1/agent/events` is appended. */
  readonly url: string;
  readonly adapter: ControlPlaneAdapter;
  readonly suite?: SuiteOptions;
  readonly timeoutMs?: number;
  /** Measures silence. Tests substitute their own. */
  readonly startTimer?: StartTimer;
  readonly maxProblems?: number;
  /** Ends the run: the remaining paths are not asked. */
  readonly signal?: AbortSignal;
  /** Called after each path with the number of events posted so far. */
  readonly onProgress?: (questions: number) => void;
  /** Called with what a criterion asks for but its paths cannot exercise. */
  readonly onShortfall?: (sentence: string) => void;
}

/** What a control plane answers to an event (specification: wire). Only a broken invariant is a refusal there. */
const expectedStatus = (result: StepResult): number => (result.ok || result.error.kind !== 'Invariant' ? 204 : 409);

/**
 * Posts the events of every path to a running control plane, and compares its mirror after each event. A path ends at
 * its first difference, because the mirror has left it.
 */
export async function conformUrl(options: ConformUrlOptions): Promise<ConformanceReport> {
  const { url, adapter, suite = {}, timeoutMs, maxProblems, signal, onProgress } = { ...CONFORM_DEFAULTS, ...options };
  const endpoint = new URL('v1/agent/events', url.endsWith('/') ? url : `${url}/`);
  const tally = tallyAnswers({ sides: ['control-plane'], policies: suite.policies ?? suitePolicies }, 'mirror');
  const within = <Value>(what: string, run: (abort: AbortSignal) => Promise<Value>): Promise<Value> =>
    inTime(timeoutMs, what, run, options.startTimer);
  let problems = 0;
  let number = 0;
  let questions = 0;
  let isAnythingLeft = false;

  for (const { options: generated, plans, ...planning } of planSuite({ ...suite, sides: ['control-plane'] })) {
    const { criterion } = planning;
    for (const sentence of shortfallsOf({ ...generated, ...planning })) options.onShortfall?.(sentence);
    // Unreachable records cannot be produced over the wire.
    for (const [index, plan] of plans.filter(({ about }) => about === null).entries()) {
      if (signal?.aborted === true) break;
      number += 1;
      const isGivenUp = problems >= maxProblems;
      const sketch = pathOf(plan, criterion, index + 1, generated);
      if (isGivenUp) {
        isAnythingLeft = true;
        for (const exercise of exercisesOf(sketch)) tally.outcome(exercise, { kind: 'not-asked', why: GIVEN_UP });
        continue;
      }
      if (!(await runPath(sketch, () => openAndPlan()))) problems += 1;

      async function openAndPlan(): Promise<TestPath> {
        const start = await within('`open`', () => adapter.open({ policy: sketch.policy, number }));
        return pathOf(plan, criterion, index + 1, generated, start);
      }
    }
  }
  const closed = await attempt(() => within('`close`', async () => await adapter.close?.()));
  if (!closed.ok) tally.unexplained(closed.problem);
  if (isAnythingLeft) tally.givenUp(problems);
  return tally.report();

  /** Whether the control plane has ever answered. */
  async function runPath(sketch: TestPath, open: () => Promise<TestPath>): Promise<boolean> {
    const opened = await attempt(open);
    const exercises = exercisesOf(opened.ok ? opened.value : sketch);
    let lost = opened.ok ? null : opened.problem;
    let isOff = false;
    for (const exercise of exercises) {
      if (isOff) {
        tally.outcome(exercise, { kind: 'not-asked', why: OFF_PATH });
        continue;
      }
      const answered: Attempt<object> =
        lost === null ? await attempt(() => ask(exercise)) : { ok: false, problem: lost };
      if (!answered.ok) {
        lost = answered.problem;
        isOff = true;
        tally.outcome(exercise, { kind: 'failed', problem: lost });
        continue;
      }
      isOff = !tally.judge(exercise, answered.value);
      questions += 1;
      onProgress?.(questions);
    }
    return lost === null;
  }

  async function ask({ visit }: Exercise): Promise<object> {
    if (visit === null) throw new Error('only events can be posted');
    const { before, event } = visit;
    const status = await post(before, event);
    const { rolloutId, hostname } = before;
    const mirror = await within('`read`', () => adapter.read({ rolloutId, hostname }));
    return { status, mirror };
  }

  async function post({ hostname, rolloutId }: HostRolloutState, event: HostEvent): Promise<number> {
    const envelope = encodeEnvelope({ hostname, rolloutId, event: toWireEvent(event), signature: null });
    const response = await within('the answer to an event', async (abort) => {
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(envelope),
        signal: abort,
      });
      await answer.arrayBuffer();
      return answer;
    });
    return response.status;
  }
}

type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: PeerProblem };

async function attempt<Value>(run: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    const why =
      error instanceof Error
        ? [error.message, causeOf(error)].filter((part) => part !== '').join(': ')
        : 'unknown reason';
    return {
      ok: false,
      problem: {
        kind: isTimeout ? 'silent' : 'ended',
        message: `The control plane or its adapter did not answer: ${why}`,
      },
    };
  }
}

const causeOf = ({ cause }: Error): string => (cause instanceof Error ? cause.message : '');

function exercisesOf(path: TestPath): readonly Exercise[] {
  return [...expectedVisits(path)].map(({ step, ...visit }, index) => ({
    group: path.name,
    place: cellKey(visit.before.state, visit.event.type),
    question: { op: 'step', state: visit.before, event: visit.event, now: step.now, policy: path.policy },
    expected: { status: expectedStatus(step.expected), mirror: step.expected.ok ? step.expected.state : visit.before },
    within: { path, index },
    visit,
  }));
}
