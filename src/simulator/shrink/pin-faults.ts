import { NO_FAULTS } from '../fault-rates.ts';
import type { FaultHappened } from '../run-events.ts';
import type { ScenarioAction, ScenarioStep } from '../scenario-steps.ts';
import type { Scenario } from '../scenario.ts';

/** A message that is lost by chance is one moment of a link that loses messages. */
const ONE_MOMENT_MS = 1;
const SAME_PARTITION_MS = 300_000;

/** The faults of a run, as they are told. */
export type ToldFault = FaultHappened;

/**
 * The scenario with every fault that came by chance written down as a step, and all rates zero. Where the log does not
 * say everything about a fault (how long a host is off), the scenario's duration for it counts, drawn anew; so the run is
 * nearly, and not always, the same, and whoever asks has to look whether it still fails.
 */
export function pinFaults(scenario: Scenario, faults: readonly ToldFault[]): Scenario {
  const lateBy = new Map<string, number>();
  const clocks = new Map<string, { skewMs: number; driftPpm: number }>();
  const steps: ScenarioStep[] = [];
  const lostTails = new Set(
    faults.filter(({ fault }) => fault === 'tail-lost').map(({ hostname, runMs }) => `${runMs} ${hostname ?? ''}`),
  );
  const lastCut = new Map<string, { from: number; to: number }>();
  for (const told of faults) {
    const { runMs: at, hostname: host } = told;
    if (!cameByChance(scenario, told)) continue;
    if (host !== null && told.fault === 'late-host') lateBy.set(host, told.params.joinsAtMs);
    else if (host !== null && told.fault === 'clock-skew' && at === 0) clocks.set(host, told.params);
    else if (host !== null && told.fault === 'partition') {
      const cut = lastCut.get(host);
      if (cut !== undefined && at - cut.to < SAME_PARTITION_MS) cut.to = at;
      else {
        if (cut !== undefined) steps.push(cutStep(host, cut));
        lastCut.set(host, { from: at, to: at });
      }
    } else {
      const action = actionFor(told, scenario, lostTails.has(`${at} ${host ?? ''}`));
      if (action !== null) steps.push({ when: { type: 'At', atMs: at }, do: action });
    }
  }
  for (const [host, cut] of lastCut) steps.push(cutStep(host, cut));
  const timeOf = ({ when }: ScenarioStep): number => (when.type === 'At' ? when.atMs : 0);
  return {
    ...scenario,
    rates: NO_FAULTS,
    hosts: scenario.hosts.map((host) => {
      const clock = clocks.get(host.hostname);
      return {
        ...host,
        joinsAtMs: lateBy.get(host.hostname) ?? host.joinsAtMs,
        clockSkewMs: clock?.skewMs ?? host.clockSkewMs,
        clockDriftPpm: clock?.driftPpm ?? host.clockDriftPpm,
      };
    }),
    steps: [...scenario.steps, ...steps.sort((a, b) => timeOf(a) - timeOf(b))],
  };
}

function cutStep(host: string, { from, to }: { from: number; to: number }): ScenarioStep {
  return {
    when: { type: 'At', atMs: from },
    do: { type: 'Partition', hosts: [host], forMs: to - from + ONE_MOMENT_MS },
  };
}

/** What a scenario itself does is in its steps already; a rate of zero brings nothing by chance. */
function cameByChance({ rates }: Scenario, { fault }: ToldFault): boolean {
  switch (fault) {
    case 'agent-crash':
      return rates.agentCrashesPerHour > 0;
    case 'crash-between-effects':
      return rates.crashBeforeEffect > 0;
    case 'tail-lost':
    case 'successor':
      return false;
    case 'reboot':
      return rates.rebootsPerHour > 0;
    case 'offline':
      return rates.offlineForGood > 0;
    case 'late-host':
      return rates.joinsLate > 0;
    case 'control-plane-restart':
      return rates.controlPlaneRestartsPerHour > 0;
    case 'database-lost':
      return rates.databaseLossesPerHour > 0;
    case 'activation-fails':
      return rates.activationFails > 0;
    case 'wrong-closure':
      return rates.wrongClosure > 0;
    case 'activation-deferred':
      return rates.activationDeferred > 0;
    case 'probe-fails':
      return rates.probeFails > 0;
    case 'probe-flaps':
      return rates.probeFlaps > 0;
    case 'probe-silent':
      return rates.probeSilent > 0;
    case 'rollback-fails':
      return rates.rollbackFails > 0;
    case 'clock-skew':
      return rates.clockSkewMs > 0 || rates.clockDriftPpm > 0;
    case 'request-lost':
      return rates.requestLost > 0;
    case 'answer-lost':
      return rates.answerLost > 0;
    case 'request-duplicated':
      return rates.requestDuplicated > 0;
    case 'slow-link':
      return rates.slowLink > 0;
    case 'partition':
      return rates.partitionsPerHour > 0;
  }
}

function actionFor(told: ToldFault, { rates, untilMs }: Scenario, losesTail: boolean): ScenarioAction | null {
  const { fault, hostname: host, params } = told;
  if (fault === 'control-plane-restart') return { type: 'RestartControlPlane', downMs: null };
  if (fault === 'database-lost') return { type: 'LoseDatabase', downMs: null };
  if (host === null) return null;
  const hosts = [host];
  switch (fault) {
    case 'agent-crash':
      return { type: 'CrashAgent', hosts, afterEffects: null, downMs: null, losesTail };
    case 'crash-between-effects':
      return {
        type: 'CrashAgent',
        hosts,
        afterEffects: params.afterEffects,
        downMs: null,
        losesTail,
      };
    case 'reboot':
      return { type: 'RebootHost', hosts, offMs: null };
    case 'offline':
      return { type: 'TakeOffline', hosts, forMs: null };
    case 'activation-fails':
      return { type: 'FailActivation', hosts, exitCode: params.exitCode, times: 1 };
    case 'wrong-closure':
      return { type: 'MisreportClosure', hosts, closure: params.closure, times: 1 };
    case 'activation-deferred':
      return {
        type: 'DeferActivation',
        hosts,
        component: params.component,
        rebootAfterMs: rates.deferredRebootAfter?.minMs ?? null,
        times: 1,
      };
    case 'probe-fails':
      return { type: 'FailProbe', hosts, probe: params.probeName, forMs: null };
    case 'probe-flaps':
      return { type: 'FlapProbe', hosts, probe: params.probeName, periodMs: params.periodMs, forMs: null };
    case 'probe-silent':
      return { type: 'SilenceProbe', hosts, probe: params.probeName, forMs: null };
    case 'rollback-fails':
      return { type: 'FailRollback', hosts, exitCode: params.exitCode, times: 1 };
    case 'request-lost':
      return { type: 'LoseMessages', hosts, what: 'requests', forMs: ONE_MOMENT_MS };
    case 'answer-lost':
      return { type: 'LoseMessages', hosts, what: 'answers', forMs: ONE_MOMENT_MS };
    case 'request-duplicated':
      return { type: 'DuplicateMessages', hosts, forMs: ONE_MOMENT_MS };
    case 'slow-link':
      return { type: 'SlowLink', hosts, extraMs: params.extraMs, forMs: untilMs };
    case 'clock-skew':
      return { type: 'SetClock', hosts, skewMs: params.skewMs, driftPpm: params.driftPpm };
    case 'late-host':
    case 'partition':
    case 'successor':
    case 'tail-lost':
      return null;
  }
}
