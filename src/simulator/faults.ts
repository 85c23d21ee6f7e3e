import type { ProbeTask } from '../agent/index.ts';
import { byCodeUnit } from '../text/index.ts';
import { crashesBetweenEffects } from './faults/crash.ts';
import { controlPlaneDies, killsControlPlane } from './faults/control-plane-killed.ts';
import type { DatabaseAfterwards, FaultHooks, FaultWorld } from './faults/fault.ts';
import {
  FAULT_HOOKS,
  FAULT_NAMES,
  stepKindOf,
  type FaultName,
  type KnownFault,
  type ScenarioAction,
} from './faults/index.ts';
import { noHostFaults, type ArmedProbe, type HostFaults } from './host-faults.ts';
import type { MessageKind } from './network.ts';
import type { Purpose } from './purposes.ts';
import type { RandomStream } from './random-streams.ts';
import type { SuccessorRelease } from './faults/successor.ts';
import type { RequestDuplicatedParams } from './faults/request-duplicated.ts';
import type { RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Span } from './span.ts';
import { completed, type Work, type WorkResult } from './work.ts';
import type { Simulation } from './simulation.ts';

const OPERATOR_REBOOT = { type: 'OperatorReboot' } as const;

/** How a run of a probe ends. */
export interface ProbeEnd {
  readonly status: 'pass' | 'fail' | 'silent';
  /** The controls that an evidence probe finds unmet. */
  readonly failingControls: readonly string[];
}

/** What goes wrong in a run, scripted or at random, and how often each fault struck. */
export class Faults implements FaultWorld {
  readonly #world: Simulation;
  armedKill: FaultWorld['armedKill'] = null;
  unsigned: FaultWorld['unsigned'] = null;
  readonly #counts = new Map<FaultName, number>(FAULT_NAMES.map((name) => [name, 0]));
  // Called for every message or job, so only kinds that have the hook.
  readonly #bringingClosures = FAULT_HOOKS.filter((hooks) => 'bringClosure' in hooks);
  readonly #endingWork = FAULT_HOOKS.filter((hooks) => 'endWork' in hooks);
  readonly #delaying = FAULT_HOOKS.filter((hooks) => 'delaysWork' in hooks);
  readonly #booting = FAULT_HOOKS.filter((hooks) => 'fallsBack' in hooks);
  readonly #losingMessages = FAULT_HOOKS.filter((hooks) => 'losesMessage' in hooks);
  readonly #bouncing = FAULT_HOOKS.filter((hooks) => 'bouncesRequest' in hooks);
  readonly #repeating = FAULT_HOOKS.filter((hooks) => 'repeatsReport' in hooks);
  readonly #duplicating = FAULT_HOOKS.filter((hooks) => 'duplicatesRequest' in hooks);

  constructor(world: Simulation) {
    this.#world = world;
  }

  get counts(): ReadonlyMap<FaultName, number> {
    return this.#counts;
  }

  get now(): RunMs {
    return this.#world.now;
  }

  get untilMs(): number {
    return this.#world.scenario.untilMs;
  }

  get nodes(): readonly SimulatedHost[] {
    return this.#world.nodes;
  }

  get durations(): Scenario['durations'] {
    return this.#world.scenario.durations;
  }

  get probeSets(): Scenario['probeSets'] {
    return this.#world.scenario.probeSets;
  }

  get isControlPlaneUp(): boolean {
    return this.#world.controlPlane.isUp;
  }

  fired<Params extends object, Name extends keyof Params & string = keyof Params & string>(
    name: Name,
    hostname: string | null,
    params: Params[Name],
  ): void {
    // A fault is reported by its own file, whose names and parameters `KnownFault` is made of.
    const known = { fault: name as string, params } as unknown as KnownFault;
    this.#counts.set(known.fault, (this.#counts.get(known.fault) ?? 0) + 1);
    this.#world.emit({ runMs: this.#world.now, type: 'Fault', hostname, ...known });
  }

  armed(node: SimulatedHost): HostFaults {
    return (node.faults ??= noHostFaults());
  }

  random(owner: string, purpose: Purpose): RandomStream {
    return this.#world.streams.of(owner, purpose);
  }

  draw(span: Span, owner: string, purpose: Purpose): number {
    return this.#world.draw(span, owner, purpose);
  }

  expect(untilMs: number): void {
    this.#world.expect(untilMs);
  }

  schedule(untilMs: number): void {
    this.#world.schedule(untilMs);
  }

  arrange(self: FaultHooks<never>, node: SimulatedHost | null, afterMs: number): void {
    const at = this.#world.now + afterMs;
    if (at >= this.#world.scenario.untilMs) return;
    const kind = FAULT_HOOKS.indexOf(self);
    this.#world.queue.push(at, node?.index ?? CONTROL_PLANE, ANY_LIFE, { type: 'ByChance', kind });
  }

  losesTail(node: SimulatedHost): boolean {
    const { tailLost } = this.#world.scenario.rates;
    return this.#world.faultsOn && tailLost > 0 && this.random(node.name, 'tail').happens(tailLost);
  }

  rebootLater(node: SimulatedHost, afterMs: number): void {
    this.#world.schedule(this.#world.now + afterMs);
    this.#world.queue.push(this.#world.now + afterMs, node.index, ANY_LIFE, OPERATOR_REBOOT);
  }

  releasedTo(node: SimulatedHost): string | null {
    return this.#world.newestManifests(node)[0]?.targetClosure ?? null;
  }

  publish(release: SuccessorRelease): void {
    this.#world.publish(release);
  }

  stopControlPlane(downMs: number | null, database: DatabaseAfterwards): void {
    this.#world.stopControlPlane(downMs, database);
  }

  setControlPlaneClock(skewMs: number, driftPpm: number): void {
    this.#world.controlPlane.setClock(skewMs, driftPpm);
  }

  supersededRollouts(forMs: number): readonly string[] {
    return this.#world.controlPlane.supersededRollouts(forMs);
  }

  expireRetention(rolloutId: string): void {
    this.#world.controlPlane.expireRetention(rolloutId);
  }

  get haltedRollouts(): readonly string[] {
    return this.#world.controlPlane.haltedRollouts;
  }

  clearRollout(rolloutId: string): void {
    this.#world.controlPlane.clearRollout(rolloutId);
  }

  killsControlPlane(ofEffects: number): number | null {
    const { faultsOn, scenario } = this.#world;
    return killsControlPlane(this, ofEffects, faultsOn ? scenario.rates.controlPlaneKilledBeforeEffect : 0);
  }

  controlPlaneDies(afterEffects: number, ofEffects: number): void {
    controlPlaneDies(this, afterEffects, ofEffects);
  }

  /** An operator reboots the host, if it waits for that. */
  operatorReboots(node: SimulatedHost): void {
    if (!node.isOn || node.bootClosure === node.closure) return;
    node.powerOff(this.draw(node.durations.reboot, node.name, 'duration'), false);
  }

  /** Schedules the random faults that come at times of their own. */
  begin(): void {
    const { nodes, scenario } = this.#world;
    for (const node of nodes) for (const hooks of FAULT_HOOKS) hooks.beginHost?.(this, scenario.rates, node);
    for (const hooks of FAULT_HOOKS) hooks.beginControlPlane?.(this, scenario.rates);
  }

  /** A fault that `arrange` scheduled is due. */
  strikeByChance(kind: number, node: SimulatedHost | null): void {
    if (this.#world.faultsOn) FAULT_HOOKS[kind]?.strikeByChance?.(this, this.#world.scenario.rates, node);
  }

  /** Performs a step of the scenario. */
  strike(action: ScenarioAction): void {
    const kind = stepKindOf(action);
    if (!('hosts' in action)) return kind.strike?.(this, action);
    for (const name of [...action.hosts].sort(byCodeUnit)) {
      const node = this.#world.nodeOf.get(name);
      // A host that has not joined yet cannot be struck.
      if (node?.hasJoined === true) kind.strikeHost?.(this, action, node);
    }
  }

  /** Whether the agent may die between two effects at all. */
  mayCrashBetweenEffects({ faults }: SimulatedHost): boolean {
    const { faultsOn, scenario } = this.#world;
    return (faults !== null && faults.crash !== null) || (faultsOn && scenario.rates.crashBeforeEffect > 0);
  }

  /** Whether the agent dies here, after `at` of the input's `of` effects. */
  crashesBetweenEffects(node: SimulatedHost, at: number, of: number): boolean {
    const { faultsOn, scenario } = this.#world;
    const crashBeforeEffect = faultsOn ? scenario.rates.crashBeforeEffect : 0;
    return crashesBetweenEffects(this, node, at, of, crashBeforeEffect);
  }

  /** How a worker's job ends. */
  workResult(node: SimulatedHost, work: Work): WorkResult {
    return this.#armedResult(node, work) ?? this.#resultByChance(node, work) ?? completed(work.closure);
  }

  #armedResult(node: SimulatedHost, work: Work): WorkResult | null {
    const armed = node.faults?.work.find(
      ({ kind, closure, left, untilMs = Infinity }) =>
        left > 0 && kind === work.kind && this.#world.now < untilMs && (closure === null || closure === work.closure),
    );
    if (armed === undefined) return null;
    armed.left -= 1;
    return armed.end(work);
  }

  #resultByChance(node: SimulatedHost, work: Work): WorkResult | null {
    if (!this.#world.faultsOn) return null;
    const { rates } = this.#world.scenario;
    if (work.kind === 'activation')
      for (const hooks of this.#bringingClosures) hooks.bringClosure?.(this, rates, node, work.closure);
    for (const hooks of this.#endingWork) {
      const result = hooks.endWork?.(this, rates, node, work) ?? null;
      if (result !== null) return result;
    }
    return null;
  }

  /** How much longer this job takes than usual. */
  workDelay(node: SimulatedHost, work: Work): number {
    let extraMs = 0;
    if (this.#world.faultsOn)
      for (const hooks of this.#delaying)
        extraMs += hooks.delaysWork?.(this, this.#world.scenario.rates, node, work) ?? 0;
    for (const delay of node.faults?.delays ?? []) {
      if (delay.kind !== work.kind || delay.left <= 0 || this.#world.now >= delay.untilMs) continue;
      delay.left -= 1;
      extraMs += delay.extraMs();
    }
    return extraMs;
  }

  /** Whether the agent gets its worker's report twice. */
  repeatsReport(node: SimulatedHost): boolean {
    const armed = node.faults?.repeats.find(({ left }) => left > 0);
    if (armed !== undefined) {
      armed.left -= 1;
      armed.report();
      return true;
    }
    const { faultsOn, scenario } = this.#world;
    return faultsOn && this.#repeating.some((hooks) => hooks.repeatsReport?.(this, scenario.rates, node));
  }

  /** The closure that a machine boots. */
  bootClosure(node: SimulatedHost): string {
    if (node.bootClosure === node.closure) return node.bootClosure;
    const armed = node.faults?.boots.find(({ left }) => left > 0);
    if (armed !== undefined) {
      armed.left -= 1;
      armed.report();
      return node.closure;
    }
    const { faultsOn, scenario } = this.#world;
    const fallsBack = faultsOn && this.#booting.some((hooks) => hooks.fallsBack?.(this, scenario.rates, node));
    return fallsBack ? node.closure : node.bootClosure;
  }

  isManifestExpired({ faults }: SimulatedHost, freshnessMinutes: number): boolean {
    const { now } = this.#world;
    if (faults !== null && faults.manifestExpiredUntilMs > now) return true;
    const { unsigned } = this;
    return unsigned !== null && now < unsigned.untilMs && now >= unsigned.fromRunMs + freshnessMinutes * 60_000;
  }

  /** How this run of a probe ends. */
  probeOutcome(node: SimulatedHost, rolloutId: string, task: ProbeTask): ProbeEnd {
    const armed = node.faults?.probes;
    if (armed === undefined || armed.length === 0) return PASSES;
    const { now } = this.#world;
    for (const fault of armed) {
      if (now < fault.fromMs || now >= fault.untilMs || !this.#isAbout(fault, node, rolloutId, task)) continue;
      const outcome = fault.outcome(now);
      if (outcome === 'pass') continue;
      if (!fault.hasStruck) fault.report(task.probeName);
      fault.hasStruck = true;
      const { failingControls = [] } = fault;
      // An evidence probe that finds a control unmet has itself passed.
      return { status: failingControls.length > 0 ? 'pass' : outcome, failingControls };
    }
    return PASSES;
  }

  #isAbout(fault: ArmedProbe, node: SimulatedHost, rolloutId: string, task: ProbeTask): boolean {
    if (fault.probe === null ? task.mode !== 'enforce' : fault.probe !== task.probeName) return false;
    if (fault.isAnyClosure === true) return true;
    const target = fault.closure ?? this.#world.manifestOf(node, rolloutId)?.targetClosure;
    return node.closure === target;
  }

  /** Whether a message is lost at random. */
  losesMessage(node: SimulatedHost, what: 'request' | 'answer'): boolean {
    const { faultsOn, scenario } = this.#world;
    return faultsOn && this.#losingMessages.some((hooks) => hooks.losesMessage?.(this, scenario.rates, node, what));
  }

  /** Whether a proxy answers a request, at random. */
  bouncesRequest(node: SimulatedHost): boolean {
    const { faultsOn, scenario } = this.#world;
    return faultsOn && this.#bouncing.some((hooks) => hooks.bouncesRequest?.(this, scenario.rates, node));
  }

  /** Whether a request arrives a second time, scripted or at random. */
  duplicatesRequest(node: SimulatedHost, kind: MessageKind): boolean {
    const { faultsOn, now, scenario } = this.#world;
    const byScript = node.faults !== null && node.faults.duplicatedUntilMs > now;
    const byChance =
      faultsOn && this.#duplicating.some((hooks) => hooks.duplicatesRequest?.(this, scenario.rates, node, kind));
    if (!byScript && !byChance) return false;
    this.fired<RequestDuplicatedParams>('request-duplicated', node.name, {});
    return true;
  }

  /** Ends all faults: links heal, and armed faults are disarmed. Hosts that are off for good stay off. */
  stop(): void {
    this.armedKill = null;
    this.unsigned = null;
    for (const node of this.#world.nodes) {
      node.faults = null;
      node.slowLinkMs = 0;
      if (node.bootClosure !== node.closure && node.isOn && node.work === null)
        this.rebootLater(node, this.draw(this.durations.operatorReboot, node.name, 'operator'));
    }
  }
}

const PASSES: ProbeEnd = { status: 'pass', failingControls: [] };

/** The node index of events that do not belong to a host. */
export const CONTROL_PLANE = -1;
/** The epoch of events that outlive a life of the agent. */
export const ANY_LIFE = -1;
