import type { ProbeTask } from '../agent/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { FaultSource } from './fault-source.ts';
import { FAULT_NAMES, type FaultName } from './fault-names.ts';
import type { FaultParams, KnownFault } from './fault-params.ts';
import type { ChanceFault, Work, WorkResult } from './happenings.ts';
import { noHostFaults, type ArmedProbe, type HostFaults } from './host-faults.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const FAILED_EXIT_CODE = 4;
const OPERATOR_REBOOT = { type: 'OperatorReboot' } as const;

/** What goes wrong on hosts, by script and by chance, and how often each kind really did. */
export class Faults implements FaultSource {
  readonly #world: World;
  readonly #counts = new Map<FaultName, number>(FAULT_NAMES.map((name) => [name, 0]));

  constructor(world: World) {
    this.#world = world;
  }

  get counts(): ReadonlyMap<FaultName, number> {
    return this.#counts;
  }

  /** Counts a fault that has an effect right now, and tells it. */
  fired<Name extends FaultName>(fault: Name, hostname: string | null, params: FaultParams[Name]): void {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
    // The compiler does not follow the pair through a generic name; the parameters are those of this very name.
    const known = { fault, params } as KnownFault;
    this.#world.emit({ runMs: this.#world.now, type: 'Fault', hostname, ...known });
  }

  of(node: SimulatedHost): HostFaults {
    return (node.faults ??= noHostFaults());
  }

  crash(node: SimulatedHost, downMs: number | null, losesTail: boolean): void {
    this.#crash(node, downMs, losesTail, { fault: 'agent-crash', params: {} });
  }

  #crash(
    node: SimulatedHost,
    downMs: number | null,
    losesTail: boolean,
    { fault, params }: Extract<KnownFault, { readonly fault: 'agent-crash' | 'crash-between-effects' }>,
  ): void {
    if (node.agent === null) return;
    this.fired(fault, node.name, params);
    const lost = node.crash(losesTail);
    if (lost > 0) this.fired('tail-lost', node.name, { lostEvents: lost });
    node.startAgent(
      downMs ?? this.#world.draw(this.#world.scenario.durations.agentRestart, node.name, 'duration'),
      false,
    );
  }

  reboot(node: SimulatedHost, offMs: number | null): void {
    if (!node.isOn) return;
    this.fired('reboot', node.name, {});
    node.powerOff(
      offMs ?? this.#world.draw(this.#world.scenario.durations.reboot, node.name, 'duration'),
      this.#losesTail(node),
    );
  }

  takeOffline(node: SimulatedHost, forMs: number | null): void {
    if (!node.isOn) return;
    this.fired('offline', node.name, { forMs });
    node.powerOff(forMs, this.#losesTail(node));
  }

  cutOff(node: SimulatedHost, forMs: number): void {
    const faults = this.of(node);
    faults.cutUntil = Math.max(faults.cutUntil, this.#world.now + forMs);
    this.#world.expect(faults.cutUntil);
  }

  /** An operator restarts the host then, if it is still waiting for that. */
  rebootLater(node: SimulatedHost, afterMs: number): void {
    this.#world.schedule(this.#world.now + afterMs);
    this.#world.queue.push(this.#world.now + afterMs, node.index, ANY_LIFE, OPERATOR_REBOOT);
  }

  operatorReboots(node: SimulatedHost): void {
    if (!node.isOn || node.bootClosure === node.closure) return;
    node.powerOff(this.#world.draw(this.#world.scenario.durations.reboot, node.name, 'duration'), false);
  }

  /** Whether the agent dies here, `at` effects into an input with `of`. */
  crashesBetweenEffects(node: SimulatedHost, at: number, of: number): boolean {
    const armed = node.faults?.crash ?? null;
    if (armed !== null && of >= armed.afterEffects && at === armed.afterEffects) {
      this.of(node).crash = null;
      this.#crash(node, armed.downMs, armed.losesTail, betweenEffects(at, of));
      return true;
    }
    const { crashBeforeEffect } = this.#world.scenario.rates;
    if (!this.#world.faultsOn || crashBeforeEffect === 0 || at === of) return false;
    if (!this.#world.streams.of(node.name, 'effect-crash').happens(crashBeforeEffect)) return false;
    this.#crash(node, null, this.#losesTail(node), betweenEffects(at, of));
    return true;
  }

  /** How a worker's job ends. */
  workResult(node: SimulatedHost, work: Work): WorkResult {
    return (
      this.#scriptedResult(node, work) ??
      this.#resultByChance(node, work) ?? { type: 'completed', closure: work.closure }
    );
  }

  /** Why this run of a probe fails; `null` if it passes, `silent` if it never ends. */
  probeFailure(node: SimulatedHost, rolloutId: string, task: ProbeTask): string | null {
    const armed = node.faults?.probes;
    if (armed === undefined || armed.length === 0) return null;
    const { now } = this.#world;
    for (const fault of armed) {
      if (now < fault.fromMs || now >= fault.untilMs || !this.#isAbout(fault, node, rolloutId, task)) continue;
      if (fault.kind === 'flaps' && Math.floor((now - fault.fromMs) / (fault.periodMs / 2)) % 2 === 1) continue;
      if (!fault.hasFired) {
        const { probeName } = task;
        if (fault.kind === 'flaps') this.fired('probe-flaps', node.name, { probeName, periodMs: fault.periodMs });
        else this.fired(fault.kind === 'fails' ? 'probe-fails' : 'probe-silent', node.name, { probeName });
      }
      fault.hasFired = true;
      return fault.kind === 'silent' ? 'silent' : 'simulated failure';
    }
    return null;
  }

  /** Lays out the faults that come at a time of their own. */
  begin(): void {
    const { nodes, scenario } = this.#world;
    const { rates } = scenario;
    for (const node of nodes) {
      if (rates.slowLink > 0 && this.#luck(node, 'link').happens(rates.slowLink)) {
        node.slowLinkMs = this.#world.draw(rates.slowLinkExtra, node.name, 'link');
        this.fired('slow-link', node.name, { extraMs: node.slowLinkMs });
      }
      this.#arrange(node.index, 'crash', rates.agentCrashesPerHour, node.name, 'crash');
      this.#arrange(node.index, 'reboot', rates.rebootsPerHour, node.name, 'reboot');
      this.#arrange(node.index, 'partition', rates.partitionsPerHour, node.name, 'partition');
      if (rates.offlineForGood > 0 && this.#luck(node, 'offline').happens(rates.offlineForGood)) {
        this.#schedule(node.index, 'offline', this.#luck(node, 'offline').between(0, HOUR_MS));
      }
    }
    this.#arrange(
      CONTROL_PLANE,
      'control-plane-restart',
      rates.controlPlaneRestartsPerHour,
      '',
      'control-plane-restart',
    );
    this.#arrange(CONTROL_PLANE, 'database-lost', rates.databaseLossesPerHour, '', 'database');
  }

  /** A fault of a host that came at a time of its own; the next one of its kind is laid out. */
  strike(node: SimulatedHost, fault: Exclude<ChanceFault, 'control-plane-restart' | 'database-lost'>): void {
    const { rates } = this.#world.scenario;
    switch (fault) {
      case 'crash':
        this.crash(node, null, this.#losesTail(node));
        return this.#arrange(node.index, fault, rates.agentCrashesPerHour, node.name, 'crash');
      case 'reboot':
        this.reboot(node, null);
        return this.#arrange(node.index, fault, rates.rebootsPerHour, node.name, 'reboot');
      case 'partition':
        this.cutOff(node, this.#world.draw(rates.partitionLasts, node.name, 'partition'));
        return this.#arrange(node.index, fault, rates.partitionsPerHour, node.name, 'partition');
      case 'offline':
        return this.takeOffline(node, null);
    }
  }

  strikeControlPlane(fault: 'control-plane-restart' | 'database-lost'): void {
    const { rates } = this.#world.scenario;
    if (fault === 'control-plane-restart')
      this.#arrange(CONTROL_PLANE, fault, rates.controlPlaneRestartsPerHour, '', 'control-plane-restart');
    else this.#arrange(CONTROL_PLANE, fault, rates.databaseLossesPerHour, '', 'database');
  }

  /** Nothing goes wrong any more: links heal, and what was armed is disarmed. What is off for good stays off. */
  stop(): void {
    for (const node of this.#world.nodes) {
      node.faults = null;
      node.slowLinkMs = 0;
      if (node.bootClosure !== node.closure && node.isOn && node.work === null) {
        this.rebootLater(node, this.#world.draw(this.#world.scenario.durations.operatorReboot, node.name, 'operator'));
      }
    }
  }

  #isAbout(fault: ArmedProbe, node: SimulatedHost, rolloutId: string, task: ProbeTask): boolean {
    if (fault.probe === null ? task.mode !== 'enforce' : fault.probe !== task.probeName) return false;
    const target = fault.closure ?? this.#world.manifestOf(node, rolloutId)?.targetClosure;
    return node.closure === target;
  }

  #scriptedResult(node: SimulatedHost, work: Work): WorkResult | null {
    const armed = node.faults?.work.find(
      ({ action, closure, left }) =>
        left > 0 &&
        (action.type === 'FailRollback') === (work.kind === 'rollback') &&
        (action.type === 'FailRollback' || closure === null || closure === work.closure),
    );
    if (armed === undefined) return null;
    armed.left -= 1;
    const { action } = armed;
    switch (action.type) {
      case 'FailActivation':
        this.fired('activation-fails', node.name, { exitCode: action.exitCode });
        return { type: 'failed', exitCode: action.exitCode };
      case 'FailRollback':
        this.fired('rollback-fails', node.name, { exitCode: action.exitCode });
        return { type: 'failed', exitCode: action.exitCode };
      case 'MisreportClosure':
        this.fired('wrong-closure', node.name, { closure: action.closure });
        return { type: 'completed', closure: action.closure };
      case 'DeferActivation':
        this.fired('activation-deferred', node.name, { component: action.component });
        return { type: 'deferred', component: action.component, rebootAfterMs: action.rebootAfterMs };
    }
  }

  #resultByChance(node: SimulatedHost, work: Work): WorkResult | null {
    if (!this.#world.faultsOn) return null;
    const { rates } = this.#world.scenario;
    if (work.kind === 'rollback') {
      if (rates.rollbackFails === 0 || !this.#luck(node, 'rollback').happens(rates.rollbackFails)) return null;
      this.fired('rollback-fails', node.name, { exitCode: FAILED_EXIT_CODE });
      return { type: 'failed', exitCode: FAILED_EXIT_CODE };
    }
    this.#armProbes(node, work);
    const luck = this.#luck(node, 'activation');
    if (rates.activationFails > 0 && luck.happens(rates.activationFails)) {
      this.fired('activation-fails', node.name, { exitCode: FAILED_EXIT_CODE });
      return { type: 'failed', exitCode: FAILED_EXIT_CODE };
    }
    if (rates.wrongClosure > 0 && luck.happens(rates.wrongClosure)) {
      const closure = `${work.closure}-wrong`;
      this.fired('wrong-closure', node.name, { closure });
      return { type: 'completed', closure };
    }
    if (rates.activationDeferred > 0 && luck.happens(rates.activationDeferred)) {
      const component = luck.pick(rates.deferredComponents);
      this.fired('activation-deferred', node.name, { component });
      const after = rates.deferredRebootAfter;
      return {
        type: 'deferred',
        component,
        rebootAfterMs: after === null ? null : luck.between(after.minMs, after.maxMs),
      };
    }
    return null;
  }

  /** What is wrong with the new closure shows in its probes. */
  #armProbes(node: SimulatedHost, { closure }: Work): void {
    const { rates, probeSets } = this.#world.scenario;
    const names =
      probeSets[node.probeSet]?.filter(({ mode }) => mode !== 'disabled').map(({ probeName }) => probeName) ?? [];
    if (names.length === 0) return;
    const luck = this.#luck(node, 'probe');
    const { now } = this.#world;
    const arm = (kind: ArmedProbe['kind'], fromMs: number, periodMs: number): void => {
      this.of(node).probes.push({
        kind,
        probe: luck.pick(names),
        closure,
        fromMs,
        untilMs: Infinity,
        periodMs,
        hasFired: false,
      });
    };
    if (rates.probeFails > 0 && luck.happens(rates.probeFails)) {
      arm('fails', now + luck.between(rates.probeFailsAfter.minMs, rates.probeFailsAfter.maxMs), 0);
    }
    if (rates.probeFlaps > 0 && luck.happens(rates.probeFlaps)) {
      arm('flaps', now, luck.between(rates.probeFlapPeriod.minMs, rates.probeFlapPeriod.maxMs));
    }
    if (rates.probeSilent > 0 && luck.happens(rates.probeSilent)) arm('silent', now, 0);
  }

  #losesTail(node: SimulatedHost): boolean {
    const { tailLost } = this.#world.scenario.rates;
    return this.#world.faultsOn && tailLost > 0 && this.#luck(node, 'tail').happens(tailLost);
  }

  #arrange(
    index: number,
    fault: ChanceFault,
    perHour: number,
    owner: string,
    purpose: 'crash' | 'reboot' | 'partition' | 'control-plane-restart' | 'database',
  ): void {
    if (perHour > 0) this.#schedule(index, fault, this.#world.streams.of(owner, purpose).untilNextMs(perHour));
  }

  #schedule(index: number, fault: ChanceFault, afterMs: number): void {
    const at = this.#world.now + afterMs;
    if (at < this.#world.scenario.untilMs) this.#world.queue.push(at, index, ANY_LIFE, { type: 'ByChance', fault });
  }

  #luck(
    node: SimulatedHost,
    purpose: 'link' | 'offline' | 'rollback' | 'activation' | 'probe' | 'tail',
  ): ReturnType<World['streams']['of']> {
    return this.#world.streams.of(node.name, purpose);
  }
}

function betweenEffects(
  afterEffects: number,
  ofEffects: number,
): Extract<KnownFault, { readonly fault: 'crash-between-effects' }> {
  return { fault: 'crash-between-effects', params: { afterEffects, ofEffects } };
}

/** The node of happenings that are not a host's. */
export const CONTROL_PLANE = -1;
/** The epoch of happenings that do not end with a life of the agent. */
export const ANY_LIFE = -1;
