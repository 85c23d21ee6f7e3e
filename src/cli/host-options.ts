import type { ScenarioAction, ScenarioStep } from '../simulator/index.ts';
import { hostMatcher, parseDuration, quote, someNames, sortedUnique, type Problem } from '../text/index.ts';

/** The options for single hosts as typed. */
export interface HostFlags {
  readonly closure?: readonly string[];
  readonly fail?: readonly string[];
  readonly defer?: readonly string[];
}

/** The result of reading the options for single hosts. */
export interface HostOptions {
  /** New closures, by host. */
  readonly closures: ReadonlyMap<string, string>;
  readonly steps: readonly ScenarioStep[];
}

/** Not 4: on NixOS, that means the system switched but some units failed. */
const FAILED_EXIT_CODE = 1;
const COMPONENTS = ['dbus', 'systemd', 'kernel', 'init'];
/** The longest possible run. */
const MAX_MS = 10_000 * 86_400_000;
const DURATION_REMEDY = 'Write a duration such as 90s, 12m or 1h30m after the @.';

/** Reads `--closure`, `--fail` and `--defer`, whose hosts may be patterns. */
export function readHostOptions(
  { closure = [], fail = [], defer = [] }: HostFlags,
  hosts: readonly string[],
  problems: Problem[],
): HostOptions {
  const closures = new Map<string, string>();
  for (const text of closure) {
    const split = splitHost('--closure', text, 'HOST=HASH', 'db-01=sha256-abc', hosts, problems);
    for (const host of split?.hosts ?? []) {
      const earlier = closures.get(host);
      if (split === null || earlier === split.value) continue;
      if (earlier !== undefined) {
        const message = `${host} already has another closure: ${earlier}`;
        problems.push({ path: `--closure ${text}`, message, remedy: 'Give each host one closure.' });
        break;
      }
      closures.set(host, split.value);
    }
  }
  const steps = [
    ...fail.map((text) => failure(text, hosts, problems)),
    ...defer.map((text) => deferral(text, hosts, problems)),
  ];
  return { closures, steps: steps.filter((step) => step !== null) };
}

interface Split {
  readonly hosts: readonly string[];
  readonly value: string;
}

/** Splits `HOST=VALUE`. Both may contain `=`, so the host is the longest part that names one. */
function splitHost(
  option: string,
  text: string,
  form: string,
  example: string,
  known: readonly string[],
  problems: Problem[],
): Split | null {
  const path = `${option} ${text}`;
  const first = text.indexOf('=');
  if (first <= 0 || first === text.length - 1) {
    problems.push({ path, message: `expected ${form}`, remedy: `Write it as ${option} ${example}.` });
    return null;
  }
  for (let at = text.lastIndexOf('='); at > 0; at = text.lastIndexOf('=', at - 1)) {
    const hosts = hostsNamed(text.slice(0, at), known);
    const value = text.slice(at + 1);
    if (hosts.length > 0 && value !== '') return { hosts, value };
  }
  const message = `the fleet has no host ${quote(text.slice(0, first))}`;
  problems.push({ path, message, remedy: `Name one of its hosts: ${someNames(sortedUnique(known))}.` });
  return null;
}

/** An exact name takes precedence over a pattern. */
function hostsNamed(name: string, known: readonly string[]): readonly string[] {
  return known.includes(name) ? [name] : sortedUnique(known.filter(hostMatcher(name)));
}

function failure(text: string, hosts: readonly string[], problems: Problem[]): ScenarioStep | null {
  const split = splitHost('--fail', text, 'HOST=activation or HOST=probe', 'web-02=probe@20m', hosts, problems);
  if (split === null) return null;
  const path = `--fail ${text}`;
  const { value: what, time } = splitTime(split.value, '0s');
  const atMs = durationOf(path, time ?? '', problems);
  const action = failing(what, split.hosts);
  if (action === null)
    problems.push({ path, message: `${quote(what)} cannot fail`, remedy: 'Write activation or probe.' });
  return action === null || atMs === null ? null : { when: { type: 'At', atMs }, do: action };
}

function durationOf(path: string, text: string, problems: Problem[]): number | null {
  const ms = parseDuration(text);
  if (ms !== null && ms <= MAX_MS) return ms;
  const message = ms === null ? `${quote(text)} is not a duration` : `${quote(text)} is longer than 10000d`;
  problems.push({ path, message, remedy: DURATION_REMEDY });
  return null;
}

function failing(what: string, hosts: readonly string[]): ScenarioAction | null {
  if (what === 'activation') return { type: 'fail-activation', hosts, exitCode: FAILED_EXIT_CODE, times: null };
  return what === 'probe' ? { type: 'fail-probe', hosts, probe: null, forMs: null } : null;
}

function deferral(text: string, hosts: readonly string[], problems: Problem[]): ScenarioStep | null {
  const split = splitHost('--defer', text, 'HOST=COMPONENT', 'db-01=kernel@45m', hosts, problems);
  if (split === null) return null;
  const path = `--defer ${text}`;
  const { value: component, time } = splitTime(split.value, null);
  const rebootAfterMs = time === null ? null : durationOf(path, time, problems);
  if (!COMPONENTS.includes(component)) {
    const remedy = `Write one of: ${COMPONENTS.join(', ')}.`;
    problems.push({ path, message: `${quote(component)} is not a component that defers a switch`, remedy });
    return null;
  }
  const action: ScenarioAction = {
    type: 'defer-activation',
    hosts: split.hosts,
    component,
    rebootAfterMs,
    times: null,
  };
  return { when: { type: 'At', atMs: 0 }, do: action };
}

/** Splits `WHAT@TIME`. */
function splitTime<None extends string | null>(value: string, none: None): { value: string; time: string | None } {
  const at = value.indexOf('@');
  return at < 0 ? { value, time: none } : { value: value.slice(0, at), time: value.slice(at + 1) };
}
