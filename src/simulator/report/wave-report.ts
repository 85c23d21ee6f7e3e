import { hostStates, type HostState } from '../../machine/index.ts';
import { count, formatCount, formatDuration, formatRoundDuration, namesOf } from '../../text/index.ts';
import { causeWords, type Clock, type HeldBack, type HostResult, type WaveResult } from '../history/index.ts';
import type { Cell, Page, Tone } from './page.ts';

/** A larger wave is shown as numbers, with the names of hosts that did not converge. */
const MAX_HOSTS_LISTED = 24;
const MAX_EXCEPTIONS = 12;
const MAX_NAMES = 6;
const MINUTE_MS = 60_000;

const TONES: Readonly<Record<HostState, Tone>> = {
  Pending: 'quiet',
  Activating: 'plain',
  Deferred: 'warn',
  Soaking: 'plain',
  Converged: 'good',
  Failed: 'bad',
  Reverted: 'bad',
};

/** The result of a wave: its times, its hosts, and what held them back. */
export function waveReport(page: Page, wave: WaveResult, clock: Clock): void {
  const shared = sharedDetails(wave);
  page.line(`Wave ${wave.wave}: ${waveTimes(wave, clock)}; ${countsOf(wave)}`, 'plain', 2);
  if (shared.size > 0) page.line(`all hosts: ${[...shared].join(', ')}`, 'quiet', 4);
  const isLarge = wave.hosts.length > MAX_HOSTS_LISTED;
  const rest = wave.hosts.filter(({ state }) => state !== 'Converged');
  const shown = isLarge ? rest.slice(0, MAX_EXCEPTIONS) : wave.hosts;
  page.rows(
    shown.map((host) => hostCells(host, clock, shared)),
    4,
  );
  if (isLarge && rest.length > shown.length)
    page.line(`and ${formatCount(rest.length - shown.length)} more that have not converged`, 'quiet', 4);
  if (isLarge) waveWaits(page, wave);
  soakReport(page, wave);
}

function waveTimes({ startedRunMs, endedRunMs, hosts }: WaveResult, clock: Clock): string {
  if (hosts.length === 0) return 'empty';
  if (startedRunMs === null) return 'not started';
  return endedRunMs === null
    ? `from ${clock(startedRunMs)}, not done`
    : `${clock(startedRunMs)} to ${clock(endedRunMs)}`;
}

function countsOf({ counts, hosts }: WaveResult): string {
  const parts = hostStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${formatCount(counts[state])} ${state}`);
  return `${count(hosts.length, 'host')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function hostCells(host: HostResult, clock: Clock, shared: ReadonlySet<string>): Cell[] {
  const { hostname, state, sinceRunMs, dispatchedRunMs } = host;
  const details = detailsOf(host).filter((text) => !shared.has(text));
  const isOpen = state === 'Pending' && dispatchedRunMs === null;
  return [
    { text: hostname },
    { text: state, tone: TONES[state] },
    { text: isOpen ? '' : clock(sinceRunMs), align: 'right' },
    { text: details.join('; '), tone: 'quiet' },
  ];
}

/**
 * Why a host is in its state, and its waits, one per gate. Does not name the host, so that equal details can be merged.
 */
function detailsOf({ heldBack, cause, revertedTo, rollbackLied }: HostResult): readonly string[] {
  const why = causeWords(cause, revertedTo, rollbackLied);
  const waits = [...waitsOf(heldBack)]
    .filter(([, { ms, isOpen }]) => ms >= 1000 || isOpen)
    .map(([gate, { ms, isOpen }]) => (isOpen ? `held by ${gate}` : `waited ${formatDuration(ms)} for ${gate}`));
  return why === '' ? waits : [why, ...waits];
}

/** Waits by gate. A gate that reports a host again, because it waits for something else, counts as one. */
function waitsOf(
  heldBack: readonly HeldBack[],
): ReadonlyMap<string, { readonly ms: number; readonly isOpen: boolean }> {
  const waits = new Map<string, { readonly ms: number; readonly isOpen: boolean }>();
  for (const { hold, fromRunMs, untilRunMs } of heldBack) {
    const gate = hold.gate === 'extension' ? `${hold.name} (not in the protocol)` : hold.gate;
    const known = waits.get(gate) ?? { ms: 0, isOpen: false };
    waits.set(gate, {
      ms: known.ms + (untilRunMs ?? fromRunMs) - fromRunMs,
      isOpen: known.isOpen || untilRunMs === null,
    });
  }
  return waits;
}

/** Details that all hosts of a wave share are shown once. */
function sharedDetails({ hosts }: WaveResult): ReadonlySet<string> {
  const [first, ...rest] = hosts;
  if (first === undefined || rest.length === 0) return new Set();
  const shared = new Set(detailsOf(first));
  for (const host of rest) {
    if (shared.size === 0) break;
    const details = detailsOf(host);
    for (const detail of shared) if (!details.includes(detail)) shared.delete(detail);
  }
  return shared;
}

function waveWaits(page: Page, { hosts }: WaveResult): void {
  const longest = new Map<string, { hosts: number; ms: number }>();
  for (const { heldBack } of hosts) {
    for (const [gate, { ms }] of waitsOf(heldBack)) {
      const known = longest.get(gate) ?? { hosts: 0, ms: 0 };
      longest.set(gate, { hosts: known.hosts + 1, ms: Math.max(known.ms, ms) });
    }
  }
  for (const [gate, { hosts: held, ms }] of longest) {
    if (ms > 0) page.line(`${gate} held ${count(held, 'host')} back, for up to ${formatDuration(ms)}`, 'quiet', 4);
  }
}

/**
 * The report warns about shorter soaks. Every soak is a little shorter than the policy's: it counts from the dispatch.
 */
const SHORT_SOAK = 0.8;

/** How long the hosts of a wave actually soaked: late hosts have a shorter soak, or none. */
function soakReport(page: Page, { hosts, soakMinutes }: WaveResult): void {
  const soakMs = soakMinutes * MINUTE_MS;
  const soaked = hosts.flatMap(({ hostname, soakedMs }) => (soakedMs === null ? [] : [{ hostname, soakedMs }]));
  const times = soaked.map(({ soakedMs }) => soakedMs).sort((a, b) => a - b);
  const [least] = times;
  const most = times.at(-1);
  if (least === undefined || most === undefined || soakMs === 0) return;
  const [from, to] = [formatDuration(least), formatDuration(most)];
  page.line(`soaked ${from === to ? from : `${from} to ${to}`} of ${formatRoundDuration(soakMs)}`, 'quiet', 4);
  const short = soaked.filter(({ soakedMs }) => soakedMs < soakMs * SHORT_SOAK);
  if (short.length === 0) return;
  const names = namesOf(
    short
      .sort((a, b) => a.soakedMs - b.soakedMs)
      .map(({ hostname, soakedMs }) => `${hostname} ${formatDuration(soakedMs)}`),
    MAX_NAMES,
  );
  page.line(`${count(short.length, 'host')} soaked for less than the policy requires: ${names}`, 'warn', 4);
}
