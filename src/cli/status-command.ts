import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutView } from '../runtime/control-plane/index.ts';
import { count, formatDuration, isObject, printable } from '../text/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { askOperator, askStatus, DEFAULT_OPERATOR_URL, type OperatorFlags } from './operator-client.ts';
import { refuse } from './problem.ts';

const HELP = `
Queries a control plane at its operator address (docs/operating.md).

Examples:
  $ nixfleet-statechart status
  $ nixfleet-statechart status --watch
  $ nixfleet-statechart status --url https://control-plane:7444 --token-file token
${exitCodesHelp('query')}`;

interface StatusFlags extends OperatorFlags {
  readonly watch?: boolean;
  readonly json?: boolean;
}

const WATCH_EVERY_MS = 2000;

export const defineStatus: DefineCommand = (command, io, onDone) => {
  command
    .option('--url <url>', `operator address (default: ${DEFAULT_OPERATOR_URL})`)
    .option('--token-file <file>', 'file with the operator token')
    .option('-w, --watch', 'print it again whenever it changes, until Ctrl-C')
    .option('--json', 'print the answer as JSON, with every host of the newest rollouts')
    .addHelpText('after', HELP)
    .action(async (flags: StatusFlags) => onDone(await status(flags, io)));
};

async function status(flags: StatusFlags, io: Io): Promise<ExitCode> {
  const interruption = flags.watch === true ? io.interruption() : null;
  let shown = '';
  for (;;) {
    const answer = await (flags.json === true ? askStatus(flags) : askOperator(flags, '/v1/operator/status'));
    if (!answer.ok) return refuse(io, [answer.problem]);
    // Safe: the control plane writes its views in this form.
    const body = answer.body as unknown as StatusBody;
    const text = flags.json === true ? JSON.stringify(body) : statusWords(body).join('\n');
    if (text !== shown) io.stdout.write(`${text}\n`);
    shown = text;
    if (interruption === null || interruption.aborted) return EXIT.ok;
    // An interruption ends the pause.
    await sleep(WATCH_EVERY_MS, null, { signal: interruption }).catch(() => null);
    if (interruption.aborted) return EXIT.ok;
  }
}

interface StatusBody {
  readonly at: number;
  readonly storeFailure: string | null;
  /** Nothing is dispatched before; `null` for no such time. */
  readonly dispatchFrom: number | null;
  readonly rollouts: readonly RolloutView[];
  readonly held: Readonly<Record<string, { readonly hosts: number; readonly oldest: number }>>;
  readonly quarantines: readonly { readonly channel: string; readonly closure: string }[];
}

function statusWords({ at, storeFailure, dispatchFrom, rollouts, held, quarantines }: StatusBody): readonly string[] {
  const lines = rollouts.map(rolloutWords);
  if (lines.length === 0) lines.push('There is no rollout yet.');
  if (dispatchFrom !== null && at < dispatchFrom)
    lines.push(`Nothing is dispatched for another ${formatDuration(dispatchFrom - at)}: the hosts are heard first.`);
  for (const [gate, { hosts, oldest }] of Object.entries(held))
    lines.push(`held by ${gate}: ${count(hosts, 'host')}, the first for ${formatDuration(Math.max(0, at - oldest))}`);
  for (const { channel, closure } of quarantines) lines.push(`quarantined on ${channel}: ${closure}`);
  if (storeFailure !== null) lines.push(`The database rejects writes: ${storeFailure}`);
  return lines.map(printable);
}

function rolloutWords({ rolloutId, state, currentWave, waves, hosts }: RolloutView): string {
  const states = isObject(hosts) ? Object.entries(hosts).map(([name, number]) => `${number} ${name}`) : [];
  return `${rolloutId}  ${state}, wave ${currentWave} (${count(waves.length, 'wave')}): ${states.join(', ') || 'no hosts'}`;
}
