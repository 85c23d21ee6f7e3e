import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import type { ProbeTask } from '../../agent/index.ts';
import type { Clock } from '../shared/clock.ts';
import { limitTime } from '../shared/limit.ts';
import { asError } from '../shared/runtime-problem.ts';
import type { ProbeResult, ProbeRunner } from './ports.ts';
import { runCommand } from './run-command.ts';
import type { ProbeSubResult } from '../../machine/index.ts';
import { decodeEnvelope, parseJson } from '../../wire/index.ts';

/** How a probe decides whether the host is healthy. */
export type ProbeCheck =
  /** A GET that is answered with this status, or any from 200 to 299. */
  | { readonly kind: 'http'; readonly url: string; readonly expectStatus: number | null }
  /** A connection that can be opened. */
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }
  /** A command that ends with exit code 0. */
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  /** A command that prints its controls, as `subResults` of the wire, as a JSON list. */
  | { readonly kind: 'evidence'; readonly command: readonly string[] };

/** One probe of a host. */
export interface HostProbe {
  readonly probeName: string;
  readonly check: ProbeCheck;
  readonly timeoutMs: number;
}

const MAX_EVIDENCE_BYTES = 1024 * 1024;
const PASSED: ProbeResult = { status: 'pass', failureReason: null, subResults: null };

/** Runs http, tcp, exec and evidence probes. Each has its own timeout, and leaves no process behind. */
export class HostProbes implements ProbeRunner {
  readonly #probes: ReadonlyMap<string, HostProbe>;
  readonly #clock: Clock;

  constructor(probes: readonly HostProbe[], clock: Clock) {
    this.#probes = new Map(probes.map((probe) => [probe.probeName, probe]));
    this.#clock = clock;
  }

  async run({ probeName }: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const probe = this.#probes.get(probeName);
    if (probe === undefined) return failed('This probe is not configured.');
    const { check, timeoutMs } = probe;
    switch (check.kind) {
      case 'http':
      case 'tcp': {
        const limit = new AbortController();
        const stopLimit = limitTime(this.#clock, timeoutMs, () => limit.abort());
        try {
          const either = AbortSignal.any([signal, limit.signal]);
          return await (check.kind === 'http' ? checkHttp(check, either) : checkTcp(check, either));
        } catch (error) {
          return failed(limit.signal.aborted ? `There was no answer within ${timeoutMs / 1000} s.` : sentenceOf(error));
        } finally {
          stopLimit();
        }
      }
      case 'exec':
      case 'evidence':
        return checkCommand(check, timeoutMs, signal);
    }
  }
}

function checkHttp(
  { url, expectStatus }: Extract<ProbeCheck, { readonly kind: 'http' }>,
  signal: AbortSignal,
): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith('https:') ? secureRequest : plainRequest;
    const request = ask(url, { signal, agent: false }, (response) => {
      const { statusCode = 0 } = response;
      // The body may be endless.
      response.destroy();
      const isRight = expectStatus === null ? statusCode >= 200 && statusCode <= 299 : statusCode === expectStatus;
      resolve(isRight ? PASSED : failed(`The answer was ${statusCode}, not ${expectStatus ?? '200 to 299'}.`));
    });
    request.on('error', reject);
    request.end();
  });
}

function checkTcp(
  { address, port }: Extract<ProbeCheck, { readonly kind: 'tcp' }>,
  signal: AbortSignal,
): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.destroy();
      resolve(PASSED);
    });
  });
}

async function checkCommand(
  { kind, command }: Extract<ProbeCheck, { readonly command: unknown }>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { exitCode, problem, stdout, stderr } = await runCommand(command, {
    timeoutMs,
    maxOutputBytes: MAX_EVIDENCE_BYTES,
    signal,
  });
  if (problem !== null) return failed(`The command failed: ${problem}.`);
  if (exitCode !== 0) return failed(`The command exited with ${exitCode ?? 'a signal'}. ${stderr.trim()}`.trim());
  return kind === 'exec' ? PASSED : readEvidence(stdout);
}

function failed(failureReason: string): ProbeResult {
  return { status: 'fail', failureReason, subResults: null };
}

function sentenceOf(error: unknown): string {
  return `There was no answer: ${asError(error).message}.`;
}

/** Reads what an evidence probe printed: `subResults` as on the wire. The probe fails if any enforced control fails. */
function readEvidence(text: string): ProbeResult {
  const json = parseJson(text);
  if (!json.ok) return unreadable(json.problems[0]);
  // Validated as part of the event that will carry them.
  const read = decodeEnvelope({
    hostname: 'evidence',
    rolloutId: 'evidence@probe',
    event: {
      kind: 'ProbeResult',
      probeName: 'evidence',
      mode: 'enforce',
      status: 'pass',
      observedAt: '1970-01-01T00:00:00Z',
      subResults: json.value,
      seq: 1,
    },
  });
  if (!read.ok) return unreadable(read.problems[0]);
  const { event } = read.value;
  const subResults = event.type === 'ProbeResult' ? (event.subResults ?? []) : [];
  const failing = subResults.filter(isFailing).map(({ controlId }) => controlId);
  if (failing.length === 0) return { status: 'pass', failureReason: null, subResults };
  return { status: 'fail', failureReason: `These controls fail: ${failing.join(', ')}.`, subResults };
}

function isFailing({ status, effectiveMode }: ProbeSubResult): boolean {
  return status === 'fail' && effectiveMode === 'enforce';
}

function unreadable(problem: { readonly path: string; readonly message: string } | undefined): ProbeResult {
  const where = problem === undefined ? '' : ` ${problem.path}: ${problem.message}.`;
  return {
    status: 'fail',
    failureReason: `The command printed no readable evidence.${where}`,
    subResults: null,
  };
}
