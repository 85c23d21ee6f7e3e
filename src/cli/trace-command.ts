import type { ControlPlaneEffect } from '../control-plane/index.ts';
import { readSqliteStore, RuntimeProblem, type StoredEvent } from '../runtime/control-plane/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { askOperator, DEFAULT_OPERATOR_URL, type OperatorFlags } from './operator-client.ts';
import { refuse } from './problem.ts';
import { traceLine } from './trace-words.ts';
import type { Problem } from '../text/index.ts';

const HELP = `
NAME is a host, or a rollout id such as stable@a1b2c3d4. Queries a control plane
at its operator address, or reads a database.

Examples:
  $ nixfleet-statechart trace web-01
  $ nixfleet-statechart trace stable@a1b2c3d4 --database control-plane.db
${exitCodesHelp('query')}`;

interface TraceFlags extends OperatorFlags {
  readonly database?: string;
  readonly all?: boolean;
}

export const defineTrace: DefineCommand = (command, io, onDone) => {
  command
    .argument('<name>', 'a host or a rollout id')
    .option('--url <url>', `operator address (default: ${DEFAULT_OPERATOR_URL})`)
    .option('--token-file <file>', 'file with the operator token')
    .option('--database <file>', 'read this database instead')
    .option('--all', 'also show probe results that repeat the previous one')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: TraceFlags) => onDone(await trace(name, flags, io)));
};

const EVENTS_PER_READ = 1000;

async function trace(name: string, flags: TraceFlags, io: Io): Promise<ExitCode> {
  if (flags.database !== undefined && (flags.url !== undefined || flags.tokenFile !== undefined)) {
    const message = 'these cannot be combined';
    return refuse(io, [{ path: '--database, --url', message, remedy: 'Read the database, or ask the control plane.' }]);
  }
  if (name.trim() === '') {
    const remedy = 'Give a host, or a rollout id such as stable@a1b2c3d4.';
    return refuse(io, [{ path: 'NAME', message: 'it is blank', remedy }]);
  }
  const filter = name.includes('@') ? { rolloutId: name } : { hostname: name };
  let shown = 0;
  const said = new Set<string>();
  const show = (events: readonly StoredEvent[]): void => {
    for (const event of events) {
      const line = traceLine(event, filter);
      if (line === null || (flags.all !== true && isRepeated(event.effect, said))) continue;
      io.stdout.write(`${line}\n`);
      shown += 1;
    }
  };
  const problem =
    flags.database === undefined ? await askAll(filter, flags, show) : await readAll(flags.database, filter, show);
  if (problem !== null) return refuse(io, [problem]);
  if (shown > 0) return EXIT.ok;
  const remedy = 'Check the name: `status` lists the rollouts. A host is in the log once something has happened to it.';
  return refuse(io, [
    { path: name, message: 'the event log has nothing about a host or rollout of this name', remedy },
  ]);
}

type Filter = { readonly rolloutId: string } | { readonly hostname: string };
type Show = (events: readonly StoredEvent[]) => void;

/** Most of a log is probe results that repeat the previous one. */
function isRepeated(effect: ControlPlaneEffect, said: Set<string>): boolean {
  if (effect.type !== 'RemoteAppendEventLog' || effect.payload.type !== 'ProbeResult') return false;
  const { host, rolloutId, payload } = effect;
  const key = (status: string): string => JSON.stringify([rolloutId, host, payload.probeName, status]);
  if (said.has(key(payload.status))) return true;
  said.delete(key(payload.status === 'pass' ? 'fail' : 'pass'));
  said.add(key(payload.status));
  return false;
}

async function askAll(filter: Filter, flags: TraceFlags, show: Show): Promise<Problem | null> {
  for (let after = 0; ;) {
    const query = new URLSearchParams({ ...filter, after: String(after), limit: String(EVENTS_PER_READ) });
    const answer = await askOperator(flags, `/v1/operator/events?${query.toString()}`);
    if (!answer.ok) return answer.problem;
    // Safe: the control plane writes it in this form.
    const { events, next } = answer.body as unknown as {
      readonly events: readonly StoredEvent[];
      readonly next: number | null;
    };
    show(events);
    if (next === null) return null;
    after = next;
  }
}

async function readAll(database: string, filter: Filter, show: Show): Promise<Problem | null> {
  try {
    const store = await readSqliteStore(database);
    try {
      for (let after = 0; ;) {
        const events = await store.events({ ...filter, after, limit: EVENTS_PER_READ });
        show(events);
        const last = events.at(-1);
        if (last === undefined || events.length < EVENTS_PER_READ) return null;
        after = last.id;
      }
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof RuntimeProblem) return error.problem;
    throw error;
  }
}
