import type { FaultName } from './fault-names.ts';
import type { FaultRates } from './fault-rates.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioAction } from './scenario-steps.ts';

/** Whether a scenario asks for a fault: by a step, by a rate, or in the way its hosts begin. */
export function isAskedFor(scenario: Scenario, fault: FaultName): boolean {
  if (scenario.steps.some(({ do: action }) => faultsOf(action).includes(fault))) return true;
  if (RATES_OF[fault].some((rate) => scenario.rates[rate] > 0)) return true;
  if (fault === 'late-host') return scenario.hosts.some(({ joinsAtMs }) => joinsAtMs > 0);
  if (fault === 'clock-skew')
    return scenario.hosts.some(({ clockSkewMs, clockDriftPpm }) => clockSkewMs !== 0 || clockDriftPpm !== 0);
  return false;
}

function faultsOf(action: ScenarioAction): readonly FaultName[] {
  switch (action.type) {
    case 'CrashAgent': {
      const crash = action.afterEffects === null ? 'agent-crash' : 'crash-between-effects';
      return action.losesTail ? [crash, 'tail-lost'] : [crash];
    }
    case 'LoseMessages':
      return action.what === 'both'
        ? ['request-lost', 'answer-lost']
        : [action.what === 'requests' ? 'request-lost' : 'answer-lost'];
    case 'RebootHost':
      return ['reboot'];
    case 'TakeOffline':
      return ['offline'];
    case 'Partition':
      return ['partition'];
    case 'SlowLink':
      return ['slow-link'];
    case 'DuplicateMessages':
      return ['request-duplicated'];
    case 'RestartControlPlane':
      return ['control-plane-restart'];
    case 'LoseDatabase':
      return ['database-lost'];
    case 'FailActivation':
      return ['activation-fails'];
    case 'MisreportClosure':
      return ['wrong-closure'];
    case 'DeferActivation':
      return ['activation-deferred'];
    case 'FailProbe':
      return ['probe-fails'];
    case 'FlapProbe':
      return ['probe-flaps'];
    case 'SilenceProbe':
      return ['probe-silent'];
    case 'FailRollback':
      return ['rollback-fails'];
    case 'SetClock':
      return ['clock-skew'];
    case 'PublishRelease':
      return ['successor'];
  }
}

type Rate = { [Name in keyof FaultRates]: FaultRates[Name] extends number ? Name : never }[keyof FaultRates];

const RATES_OF: Readonly<Record<FaultName, readonly Rate[]>> = {
  'agent-crash': ['agentCrashesPerHour'],
  'crash-between-effects': ['crashBeforeEffect'],
  'tail-lost': ['tailLost'],
  reboot: ['rebootsPerHour'],
  offline: ['offlineForGood'],
  'late-host': ['joinsLate'],
  'control-plane-restart': ['controlPlaneRestartsPerHour'],
  'database-lost': ['databaseLossesPerHour'],
  'activation-fails': ['activationFails'],
  'wrong-closure': ['wrongClosure'],
  'activation-deferred': ['activationDeferred'],
  'probe-fails': ['probeFails'],
  'probe-flaps': ['probeFlaps'],
  'probe-silent': ['probeSilent'],
  'rollback-fails': ['rollbackFails'],
  'clock-skew': ['clockSkewMs', 'clockDriftPpm'],
  'request-lost': ['requestLost'],
  'answer-lost': ['answerLost'],
  'request-duplicated': ['requestDuplicated'],
  'slow-link': ['slowLink'],
  partition: ['partitionsPerHour'],
  successor: [],
};
