import { FAULT_RATE_FIELDS } from '../../simulator/internal.ts';
import type { Scenario, ScenarioAction, ScenarioActionType } from '../../simulator/index.ts';
import type { Problem } from '../../text/index.ts';

/** Steps that make sense for real processes. */
const SUPPORTED = [
  'crash',
  'reboot',
  'take-offline',
  'lose-disk',
  'restart-control-plane',
  'lose-database',
  'fail-activation',
  'switch-with-failed-units',
  'defer-activation',
  'fall-back-at-boot',
  'fail-rollback',
  'lie-about-rollback',
  'hang-worker',
  'switch-by-hand',
  'fail-probe',
  'silence-probe',
  'expire-manifest',
  'partition',
  'slow-link',
  'bounce-requests',
  'publish',
] as const satisfies readonly ScenarioActionType[];

/** A step that a rehearsal can take. */
export type RehearsedAction = Extract<ScenarioAction, { readonly type: (typeof SUPPORTED)[number] }>;

export function isRehearsed(action: ScenarioAction): action is RehearsedAction {
  // Adding or removing hosts needs another fleet.
  if (action.type === 'publish' && action.fleetHosts !== undefined) return false;
  return SUPPORTED.some((type) => type === action.type);
}

/** More processes than a machine is likely to have memory for. */
const MAX_HOSTS = 200;

/** Finds everything in a scenario that a rehearsal cannot do. */
export function findUnrehearsed({ steps, rates, hosts, settle }: Scenario): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, { do: action }] of steps.entries()) {
    if (isRehearsed(action)) continue;
    const message = `${action.type} cannot be done to real processes`;
    problems.push({ path: `step ${index + 1}`, message, remedy: 'Remove it, or use `simulate`.' });
  }
  for (const [name, { none, key }] of Object.entries(FAULT_RATE_FIELDS)) {
    // Safe: both have the same keys.
    const rate: unknown = rates[name as keyof typeof rates];
    if (typeof rate !== 'number' || rate === none) continue;
    const message = 'a rehearsal has no faults by chance';
    problems.push({ path: key, message, remedy: 'Say when it happens in a step, or use `simulate`.' });
  }
  if (settle !== null) {
    const message = 'a rehearsal has no second phase';
    problems.push({ path: 'settle', message, remedy: 'Remove it, or use `simulate`.' });
  }
  const absent = hosts.filter(({ joinsAtMs }) => joinsAtMs === null);
  if (absent.length > 0) {
    const message = 'a rehearsal has no hosts that join with a later fleet file';
    problems.push({ path: absent[0]?.hostname ?? '', message, remedy: 'Use `simulate`.' });
  }
  if (hosts.length > MAX_HOSTS) {
    const message = `every host is a process, and ${hosts.length} are more than ${MAX_HOSTS}`;
    problems.push({ path: 'hosts', message, remedy: 'Rehearse a smaller fleet, or use `simulate`.' });
  }
  return problems;
}
