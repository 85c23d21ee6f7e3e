import type { AgentNode } from './agent-node.ts';
import type { ControlPlaneNode } from './control-plane-node.ts';
import type { EndOfRun } from './end-of-run.ts';
import type { Ledger } from './invariants/ledger.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { HostState } from '../machine/index.ts';
import { asRunMs, type RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';
import {
  recordOf,
  getsRecordBack,
  isUnderWay,
  learnsFrom,
  linkFaultsUntil,
  quietMs,
  settlingMs,
  underWayUntil,
  waitsForAgentsUntil,
} from './under-way.ts';

/** What decides whether a run is over. */
interface Running {
  readonly scenario: Scenario;
  readonly now: RunMs;
  readonly faultsOn: boolean;
  readonly nodes: readonly AgentNode[];
  readonly controlPlane: ControlPlaneNode;
  readonly ledger: Ledger;
  readonly newestRollouts: readonly RolloutManifest[];
}

/** Decides whether a run is over: everything has ended, or nothing under way can still change anything. */
export class RunCompletion {
  readonly #run: Running;
  readonly #quietMs: number;
  #changedAt = 0;
  #expectedUntil = 0;
  #scheduledUntil = 0;
  #settleBy = Infinity;
  /** Since when the agent's record has been in this state and differed, while the run could otherwise have ended. */
  readonly #behind = new Map<AgentNode, { readonly state: HostState | null; readonly since: number }>();

  constructor(run: Running) {
    this.#run = run;
    this.#quietMs = quietMs(run.scenario);
  }

  noteChange(): void {
    this.#changedAt = this.#run.now;
  }

  /** Keeps the run going until then, because something may change. */
  expect(untilRunMs: number): void {
    if (untilRunMs > this.#expectedUntil) this.#expectedUntil = untilRunMs;
  }

  /** Keeps the run going until then in any case. */
  schedule(untilRunMs: number): void {
    if (untilRunMs > this.#scheduledUntil) this.#scheduledUntil = untilRunMs;
    this.expect(untilRunMs);
  }

  faultsStop(): void {
    const { now, scenario } = this.#run;
    this.#settleBy = now + (scenario.settle?.withinMs ?? 0);
    this.expect(now + 1);
    this.noteChange();
  }

  /** Why the run is over; `null` while there is something to wait for. Called once per planning interval. */
  reason(): EndOfRun | null {
    const { now, scenario, faultsOn, nodes } = this.#run;
    if (now > this.#settleBy) return 'unsettled';
    const waitsForOperators = scenario.settle !== null && faultsOn;
    const isOver = this.#isOver() && !nodes.some((node) => isUnderWay(node, waitsForOperators));
    const isQuiet = !isOver && this.#hasBeenQuietSince(Math.max(this.#changedAt, this.#expectedUntil));
    if ((!isOver && !isQuiet) || this.#isSettling()) return null;
    return isOver ? 'finished' : 'stuck';
  }

  /** Whether an agent's record differs from the control plane's, and there has not been enough time to settle that. */
  #isSettling(): boolean {
    const { controlPlane, now, nodes, scenario, newestRollouts } = this.#run;
    if (!controlPlane.isUp) return false;
    let isSettling = false;
    for (const node of nodes) {
      const learnsFromRunMs = getsRecordBack(controlPlane.state, newestRollouts, node)
        ? 0
        : learnsFrom(controlPlane.state, controlPlane.clock, node);
      if (learnsFromRunMs === null) {
        this.#behind.delete(node);
        continue;
      }
      const state = recordOf(node)?.state ?? null;
      const known = this.#behind.get(node);
      const since = known?.state === state ? known.since : now;
      this.#behind.set(node, { state, since });
      // A host that is cut off cannot settle anything until it is heard again.
      const shownFromRunMs = linkFaultsUntil(node, asRunMs(since));
      if (now < Math.max(shownFromRunMs, learnsFromRunMs) + settlingMs(scenario)) isSettling = true;
    }
    return isSettling;
  }

  /** Whether nothing has happened for long enough, and nothing under way can still change anything. */
  #hasBeenQuietSince(at: number): boolean {
    const { now, nodes, scenario, controlPlane } = this.#run;
    if (now <= at + this.#quietMs) return false;
    const sustainedFailureMs = scenario.agent.sustainedFailureSecs * 1000;
    for (const node of nodes) this.expect(underWayUntil(node, sustainedFailureMs, asRunMs(at)));
    if (controlPlane.isUp) this.expect(waitsForAgentsUntil(controlPlane.state, controlPlane.clock));
    return now > this.#expectedUntil + this.#quietMs;
  }

  #isOver(): boolean {
    const { now, controlPlane, newestRollouts, ledger } = this.#run;
    if (now < this.#scheduledUntil || !controlPlane.isUp) return false;
    for (const { rolloutId, hosts } of newestRollouts) {
      if (hosts.length === 0) continue;
      const book = ledger.books.get(rolloutId);
      if (book === undefined) return false;
      if (book.state !== 'Terminal' && book.state !== 'Failed' && book.state !== 'Reverted') return false;
    }
    return true;
  }
}
