import type { ScenarioAction, ScenarioStep } from '../simulator/index.ts';
import { parseDuration } from './parse-duration.ts';
import type { Problem } from './problem.ts';

/** What the options about single hosts come to, and everything that is wrong with them. */
export interface HostOptions {
  readonly closures: ReadonlyMap<string, string>;
  readonly steps: readonly ScenarioStep[];
}

interface RawHostOptions {
  readonly closure: readonly string[];
  readonly fail: readonly string[];
  readonly defer: readonly string[];
}

/** 4 would say that the system was switched and some units failed. */
const FAILED_EXIT_CODE = 1;
const COMPONENTS = ['dbus', 'systemd', 'kernel', 'init'];
const DURATIONS = 'a duration such as 90s, 12m or 1h30m';

/** Reads `--closure`, `--fail` and `--defer`. A host may be written with `*` for any characters. */
export function readHostOptions(raw: RawHostOptions, known: ReadonlySet<string>, problems: Problem[]): HostOptions {
  const closures = new Map<string, string>();
  const steps: ScenarioStep[] = [];
  for (const text of raw.closure) {
    const split = splitHost('--closure', text, 'HOST=HASH', known, problems);
    if (split === null) continue;
    const settled = split.hosts.find((host) => (closures.get(host) ?? split.value) !== split.value);
    if (settled !== undefined) {
      const message = `another closure was given for ${settled} before: ${closures.get(settled) ?? ''}`;
      problems.push({ path: `--closure ${text}`, message, remedy: 'Give each host one new closure.' });
    }
    for (const host of split.hosts) closures.set(host, split.value);
  }
  for (const text of raw.fail) {
    const split = splitHost('--fail', text, 'HOST=activation or HOST=probe, and @time if not at once', known, problems);
    const action = split === null ? null : failure(split, text, problems);
    if (action !== null) steps.push(action);
  }
  for (const text of raw.defer) {
    const split = splitHost(
      '--defer',
      text,
      'HOST=component, and @duration until somebody reboots it',
      known,
      problems,
    );
    const action = split === null ? null : deferral(split, text, problems);
    if (action !== null) steps.push(action);
  }
  return { closures, steps };
}

interface Split {
  readonly hosts: readonly string[];
  readonly value: string;
}

/** Names and hashes may hold `=` themselves, so the longest part that is a host counts as the host. */
function splitHost(
  option: string,
  text: string,
  form: string,
  known: ReadonlySet<string>,
  problems: Problem[],
): Split | null {
  const where = `${option} ${text}`;
  let first: Split | null = null;
  for (let at = text.lastIndexOf('='); at > 0; at = text.lastIndexOf('=', at - 1)) {
    const name = text.slice(0, at);
    const split = { hosts: hostsOf(name, known), value: text.slice(at + 1) };
    if (split.hosts.length > 0 && split.value !== '') return split;
    first = split;
  }
  if (first === null || first.value === '') {
    problems.push({
      path: where,
      message: `expected ${form}`,
      remedy: `Write it as ${option} ${form.split(/[ ,]/)[0] ?? ''}.`,
    });
    return null;
  }
  const name = text.slice(0, text.indexOf('='));
  problems.push({
    path: where,
    message: `the fleet has no host "${name}"`,
    remedy: `Name one of its hosts: ${someOf(known)}.`,
  });
  return null;
}

function hostsOf(name: string, known: ReadonlySet<string>): readonly string[] {
  if (known.has(name)) return [name];
  if (!name.includes('*')) return [];
  const parts = name.split('*');
  return [...known].filter((host) => matches(host, parts)).sort();
}

/** Whether a name is made of these parts in order, with anything in between. */
function matches(name: string, parts: readonly string[]): boolean {
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

function failure({ hosts, value }: Split, text: string, problems: Problem[]): ScenarioStep | null {
  const [what = '', time = '0s', ...rest] = value.split('@');
  const atMs = parseDuration(time);
  const where = `--fail ${text}`;
  if (atMs === null || rest.length > 0) {
    problems.push({
      path: where,
      message: `"${value.slice(what.length + 1)}" is no time`,
      remedy: `Write ${DURATIONS} after the @.`,
    });
    return null;
  }
  let action: ScenarioAction;
  if (what === 'activation') action = { type: 'fail-activation', hosts, exitCode: FAILED_EXIT_CODE, times: null };
  else if (what === 'probe') action = { type: 'fail-probe', hosts, probe: null, forMs: null };
  else {
    problems.push({ path: where, message: `"${what}" cannot fail`, remedy: 'Write activation or probe.' });
    return null;
  }
  return { when: { type: 'At', atMs }, do: action };
}

function deferral({ hosts, value }: Split, text: string, problems: Problem[]): ScenarioStep | null {
  const [component = '', after = null, ...rest] = value.split('@');
  const rebootAfterMs = after === null ? null : parseDuration(after);
  const where = `--defer ${text}`;
  if ((after !== null && rebootAfterMs === null) || rest.length > 0) {
    problems.push({
      path: where,
      message: `"${value.slice(component.length + 1)}" is no duration`,
      remedy: `Write ${DURATIONS} after the @.`,
    });
  }
  if (!COMPONENTS.includes(component)) {
    problems.push({
      path: where,
      message: `"${component}" is no component that defers a switch`,
      remedy: `Write one of ${COMPONENTS.join(', ')}.`,
    });
    return null;
  }
  return {
    when: { type: 'At', atMs: 0 },
    do: { type: 'defer-activation', hosts, component, rebootAfterMs, times: null },
  };
}

function someOf(known: ReadonlySet<string>): string {
  const names = [...known].sort();
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ');
}
