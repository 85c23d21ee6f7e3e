import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RolloutManifest } from '../../fleet/index.ts';
import type { EndOfRun, KnownFault, Scenario, ScenarioStep } from '../../simulator/index.ts';
import { quietMs, settlingMs } from '../../simulator/internal.ts';
import { byCodeUnit } from '../../text/index.ts';
import { encodeHeartbeat } from '../../wire/index.ts';
import type { AgentSetup, RehearsalTime, Released } from './child-setup.ts';
import { FAKE_SWITCH } from './fake-switch.ts';
import { RehearsedLink } from './host-link.ts';
import { steadyNow, type AgentLine, type ControlPlaneLine, type Stamped, type SteadyMs } from './journal.ts';
import { RehearsedControlPlane } from './rehearsed-control-plane.ts';
import { RehearsedHost } from './rehearsed-host.ts';
import { RunClockDriver } from './run-clock.ts';
import { strike } from './strike.ts';
import { isRehearsed } from './supported.ts';

/** How to run a rehearsal. */
export interface RehearseOptions {
  /** A new folder for everything that the processes write. */
  readonly folder: string;
  /** A multiple of real time. */
  readonly speed: number;
  /** Ends the rehearsal early. */
  readonly signal?: AbortSignal;
  /** Strikes at random until the rehearsal ends; for tests. */
  readonly chaos?: (rehearsal: Rehearsal) => () => void;
}

/** A fault that struck. */
export interface StruckFault {
  readonly at: SteadyMs;
  readonly hostname: string | null;
  readonly fault: KnownFault;
}

/** A release that was published. */
export interface PublishedRelease {
  readonly at: SteadyMs;
  readonly rollouts: readonly RolloutManifest[];
}

/** In real time. */
const CHECK_MS = 50;
const OVER: ReadonlySet<string> = new Set(['Terminal', 'Failed', 'Reverted', 'Superseded']);

/** A control plane, an agent for each host, and what happens to them, until everything has ended. */
export class Rehearsal {
  readonly scenario: Scenario;
  readonly clock: RunClockDriver;
  readonly hosts: readonly RehearsedHost[];
  readonly controlPlane: RehearsedControlPlane;
  readonly faults: StruckFault[] = [];
  readonly releases: PublishedRelease[] = [];
  /** Processes that ended unexpectedly. */
  readonly defects: string[] = [];
  /** By host, how long after a deferral an operator reboots it. */
  readonly rebootAfterMs = new Map<string, number>();
  isEnding = false;
  readonly #options: RehearseOptions;
  readonly #hostOf: ReadonlyMap<string, RehearsedHost>;
  readonly #newest = new Map<string, RolloutManifest>();
  readonly #rolloutStates = new Map<string, string>();
  readonly #waiting: Set<ScenarioStep>;
  /** By host, the delay before its next agent starts; `null` for the control plane. */
  readonly #downMs = new Map<string | null, number>();
  /** By host, what to do before its next agent starts. */
  readonly #beforeStart = new Map<string | null, () => void>();
  #changedRunMs = 0;
  #expectedUntilMs = 0;
  #overSinceRunMs: number | null = null;

  constructor(scenario: Scenario, options: RehearseOptions) {
    const { folder, speed } = options;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'fake-switch.sh'), FAKE_SWITCH);
    this.#options = options;
    const clockPath = join(folder, 'clock');
    this.clock = new RunClockDriver(clockPath, speed, scenario.hosts.length + 1, () => this.#isClockHeld());
    this.scenario = scenario;
    this.#waiting = new Set(scenario.steps.filter(({ when }) => when.type !== 'At'));
    const { startAt } = scenario;
    const time: RehearsalTime = { startAt, speed, clockPath, slot: 0, skewMs: 0, driftPpm: 0 };
    const onDefect = (message: string): void => void this.defects.push(message);
    this.controlPlane = new RehearsedControlPlane(
      this.clock,
      {
        folder,
        time,
        heartbeatSecs: scenario.agent.heartbeatSecs,
        planSecs: scenario.durations.planIntervalMs / 1000,
        longPollSecs: scenario.network.longPollMs / 1000,
        hosts: scenario.hosts.length,
      },
      (line) => this.#onControlPlaneLine(line),
      onDefect,
    );
    this.hosts = scenario.hosts
      .toSorted((a, b) => byCodeUnit(a.hostname, b.hostname))
      .map(
        (host, index) =>
          new RehearsedHost(
            this.clock,
            join(folder, `host-${index}`),
            host.runningClosure,
            setupOf(host, scenario, {
              ...time,
              slot: index + 1,
              skewMs: host.clockSkewMs,
              driftPpm: host.clockDriftPpm,
            }),
            new RehearsedLink(() => this.controlPlane.url),
            (own, line) => this.#onAgentLine(own, line),
            onDefect,
          ),
      );
    this.#hostOf = new Map(this.hosts.map((host) => [host.hostname, host]));
  }

  hostOf(hostname: string): RehearsedHost {
    const host = this.#hostOf.get(hostname);
    if (host === undefined) throw new Error(`The rehearsal has no host ${hostname}.`);
    return host;
  }

  /** The closure of the newest release for a host; `null` for none. */
  releasedTo(hostname: string): string | null {
    for (const { hosts } of this.#newest.values())
      for (const host of hosts) if (host.hostname === hostname) return host.targetClosure;
    return null;
  }

  /** Runs until everything has ended, and then ends all processes. */
  async run(): Promise<{ readonly because: EndOfRun; readonly endedAt: SteadyMs }> {
    const { scenario } = this;
    await Promise.all(this.hosts.map((host) => host.open()));
    const present = scenario.hosts
      .filter(({ joinsAtMs }) => joinsAtMs === 0)
      .map(({ hostname }) => this.hostOf(hostname));
    // The clock stands still until all of them are up.
    this.#release([]);
    await this.controlPlane.start();
    void this.#superviseControlPlane();
    for (const host of present) await this.#introduce(host);
    this.releases.length = 0;
    this.#release(scenario.rollouts);
    for (const host of present) void this.#supervise(host);
    this.clock.start();
    for (const { hostname, joinsAtMs, clockSkewMs, clockDriftPpm } of scenario.hosts) {
      if (clockSkewMs !== 0 || clockDriftPpm !== 0)
        this.struck({ fault: 'clock-skew', params: { skewMs: clockSkewMs, driftPpm: clockDriftPpm } }, hostname);
      if (joinsAtMs === null || joinsAtMs === 0) continue;
      this.struck({ fault: 'late-host', params: { joinsAtMs } }, hostname);
      this.after(joinsAtMs, () => void this.#supervise(this.hostOf(hostname)));
    }
    for (const step of scenario.steps) if (step.when.type === 'At') this.after(step.when.atMs, () => this.#take(step));
    const stopChaos = this.#options.chaos?.(this) ?? null;
    const because = await this.#untilOver();
    const endedAt = steadyNow();
    stopChaos?.();
    await this.#end();
    return { because, endedAt };
  }

  /** The fleet existed before, so the control plane knows what runs there, as in a simulation. */
  async #introduce({ hostname, runningClosure: currentClosure }: RehearsedHost): Promise<void> {
    const { url } = this.controlPlane;
    if (url === null) return;
    const at = this.scenario.startAt;
    const heartbeat = { hostname, rolloutId: null, currentClosure, at, rollouts: [], undelivered: [] };
    const body = JSON.stringify(encodeHeartbeat(heartbeat));
    await fetch(new URL('v1/agent/heartbeat', url), { method: 'POST', body });
  }

  /** Schedules a call, and keeps the rehearsal going until then. */
  after(ms: number, run: () => void): void {
    this.clock.after(ms, () => {
      if (this.isEnding) return;
      this.#note();
      run();
    });
  }

  #isClockHeld(): boolean {
    const { runMs } = this.clock;
    return this.hosts.filter((host) => host.followSwitch(runMs)).length > 0;
  }

  struck(fault: KnownFault, hostname: string | null): void {
    this.faults.push({ at: steadyNow(), hostname, fault });
    this.#note();
  }

  publish(rollouts: readonly RolloutManifest[]): void {
    this.#release(rollouts);
    this.#note();
  }

  /** Kills an agent. Another one replaces it. */
  async killAgent(host: RehearsedHost, downMs: number | null = null, beforeStart?: () => void): Promise<void> {
    this.#plan(host.hostname, downMs, beforeStart);
    await host.kill();
  }

  /** Orders an agent to kill itself in its next turn. Another one replaces it. */
  crashAgent(host: RehearsedHost, afterEffects: number, downMs: number | null, beforeStart?: () => void): void {
    this.#plan(host.hostname, downMs, beforeStart);
    host.crashAfter(afterEffects);
  }

  /** Switches a machine off, and on again after `offMs`, or never for `null`. */
  async powerOff(host: RehearsedHost, offMs: number | null): Promise<void> {
    await host.powerOff();
    if (offMs === null) return;
    this.after(offMs + this.scenario.durations.agentRestart.minMs, () => {
      if (host.powerOn()) this.struck({ fault: 'boot-falls-back', params: {} }, host.hostname);
      void this.#supervise(host, true);
    });
  }

  async killControlPlane(downMs: number | null = null, beforeStart?: () => void): Promise<void> {
    this.#plan(null, downMs, beforeStart);
    await this.controlPlane.kill();
  }

  #plan(who: string | null, downMs: number | null, beforeStart: (() => void) | undefined): void {
    if (downMs !== null) this.#downMs.set(who, downMs);
    if (beforeStart !== undefined) this.#beforeStart.set(who, beforeStart);
  }

  #nextStart(who: string | null, usualMs: number, start: () => void): void {
    const downMs = this.#downMs.get(who) ?? usualMs;
    this.#downMs.delete(who);
    this.after(downMs, () => {
      this.#beforeStart.get(who)?.();
      this.#beforeStart.delete(who);
      start();
    });
  }

  /** Like a service manager: whatever ends an agent, the next one is started. */
  async #supervise(host: RehearsedHost, rebooted = false): Promise<void> {
    host.start(rebooted);
    await host.ended();
    if (this.isEnding || !host.isOn) return;
    this.#nextStart(host.hostname, this.scenario.durations.agentRestart.minMs, () => void this.#supervise(host));
  }

  async #superviseControlPlane(): Promise<void> {
    await this.controlPlane.ended();
    if (this.isEnding) return;
    this.#nextStart(null, this.scenario.durations.controlPlaneRestart.minMs, () => {
      void this.controlPlane.start().then(() => this.#superviseControlPlane());
    });
  }

  #release(rollouts: readonly RolloutManifest[]): void {
    for (const manifest of rollouts) this.#newest.set(manifest.channel, manifest);
    this.releases.push({ at: steadyNow(), rollouts });
    const { folder } = this.#options;
    const released: Released = { rollouts: [...this.#newest.values()] };
    writeFileSync(join(folder, 'released.json.new'), JSON.stringify(released));
    renameSync(join(folder, 'released.json.new'), join(folder, 'released.json'));
  }

  #onAgentLine(host: RehearsedHost, line: Stamped<AgentLine>): void {
    if (line.type === 'effect' && line.effect.type === 'RecordTransition') {
      const { to } = line.effect;
      this.#note();
      this.#trigger(({ when }) => when.type === 'HostEnters' && when.host === host.hostname && when.state === to);
    }
    if (line.type === 'input' && line.input.type === 'ActivationDeferred') {
      const rebootAfterMs = this.rebootAfterMs.get(host.hostname);
      if (rebootAfterMs !== undefined)
        this.after(rebootAfterMs, () => {
          this.struck({ fault: 'reboot', params: {} }, host.hostname);
          void this.powerOff(host, this.scenario.durations.reboot.minMs);
        });
    }
  }

  #onControlPlaneLine(line: Stamped<ControlPlaneLine>): void {
    if (line.type === 'listening' && line.seq === 0) this.#rolloutStates.clear();
    if (line.type !== 'append') return;
    for (const { effects } of line.turns) {
      for (const effect of effects) {
        if (effect.type === 'OpenRollout') this.#rolloutStates.set(effect.rolloutId, 'Opening');
        if (effect.type === 'RecordRolloutTransition') this.#rolloutStates.set(effect.rolloutId, effect.to);
        if (effect.type === 'RecordTransition' || effect.type === 'RecordRolloutTransition') this.#note();
        if (effect.type !== 'QueueDispatch') continue;
        this.#note();
        if (effect.soakDueAt !== null)
          this.#expectedUntilMs = Math.max(this.#expectedUntilMs, effect.soakDueAt - this.scenario.startAt);
        const { rolloutId, wave } = effect;
        this.#trigger(
          ({ when }) => when.type === 'WaveStarts' && when.wave === wave && rolloutId.startsWith(`${when.channel}@`),
        );
      }
    }
  }

  #trigger(isMet: (step: ScenarioStep) => boolean): void {
    for (const step of this.#waiting) {
      if (!isMet(step)) continue;
      this.#waiting.delete(step);
      this.after(step.when.type === 'At' ? 0 : step.when.afterMs, () => this.#take(step));
    }
  }

  #take({ do: action }: ScenarioStep): void {
    if (!isRehearsed(action)) throw new Error(`${action.type} cannot be rehearsed: findUnrehearsed was to say so.`);
    strike(this, action);
  }

  #note(): void {
    this.#changedRunMs = this.clock.runMs;
  }

  async #untilOver(): Promise<EndOfRun> {
    const { signal } = this.#options;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
      if (signal?.aborted === true) return 'interrupted';
      if (this.defects.length > 0) return 'process-failed';
      if (this.clock.runMs > this.scenario.untilMs) return 'until';
      if (this.#isOver()) {
        this.#overSinceRunMs ??= this.clock.runMs;
        if (this.clock.runMs - this.#overSinceRunMs > this.#settlesIn()) return 'finished';
      } else {
        this.#overSinceRunMs = null;
        if (this.#isStuck()) return 'stuck';
      }
    }
  }

  /** After a fault, hosts may settle only with the next heartbeats. */
  #settlesIn(): number {
    const { durations } = this.scenario;
    return this.faults.length > 0 ? settlingMs(this.scenario) : durations.planIntervalMs;
  }

  #isOver(): boolean {
    if (this.clock.waiting > 0 || !this.controlPlane.isUp) return false;
    for (const { rolloutId, hosts } of this.#newest.values())
      if (hosts.length > 0 && !OVER.has(this.#rolloutStates.get(rolloutId) ?? '')) return false;
    return this.hosts.every(({ isAtRest }) => isAtRest);
  }

  #isStuck(): boolean {
    // A worker may hang longer than anything else takes.
    const isBusy = this.hosts.some(({ isOn, rest }) => isOn && (!rest.isWorking || rest.workers > 0));
    if (this.clock.waiting > 0 || !this.controlPlane.isUp || isBusy) return false;
    const quiet = quietMs(this.scenario);
    // A host whose clock is behind soaks for longer.
    const behindMs = Math.max(0, ...this.scenario.hosts.map(({ clockSkewMs }) => -clockSkewMs));
    const { runMs } = this.clock;
    return runMs - this.#changedRunMs > quiet && runMs > this.#expectedUntilMs + behindMs + quiet;
  }

  async #end(): Promise<void> {
    this.isEnding = true;
    await Promise.all(this.hosts.map((host) => host.kill()));
    await this.controlPlane.kill();
    for (const host of this.hosts) host.killWorkers();
    for (const { link } of this.hosts) link.close();
    this.clock.stop();
  }
}

function setupOf(
  { hostname, probeSet }: Scenario['hosts'][number],
  { agent, probeSets, network, durations }: Scenario,
  time: RehearsalTime,
): Omit<AgentSetup, 'folder' | 'url'> {
  return {
    hostname,
    time,
    settings: agent,
    probes: probeSets[probeSet] ?? [],
    requestTimeoutMs: network.requestTimeoutMs,
    longPollMs: network.longPollMs,
    workSecs: {
      switch: durations.activation.minMs / 1000,
      rollback: durations.rollback.minMs / 1000,
      probe: durations.probe.minMs / 1000,
    },
  };
}
