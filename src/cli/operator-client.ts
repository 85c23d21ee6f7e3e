import { errorCode, isObject, type Problem } from '../text/index.ts';
import { readFile } from './input-file.ts';

/** How to reach the operator address of a control plane. */
export interface OperatorFlags {
  readonly url?: string;
  readonly tokenFile?: string;
}

/** The default operator address of a control plane. */
export const DEFAULT_OPERATOR_URL = 'http://127.0.0.1:7444';

/** An answer, or the problem that prevented it. */
export type OperatorResponse =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: Problem };

const TIMEOUT_MS = 30_000;

/** Queries the operator interface of a control plane. */
export async function askOperator(
  { url = DEFAULT_OPERATOR_URL, tokenFile }: OperatorFlags,
  path: string,
): Promise<OperatorResponse> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return failed('--url', `"${url}" is not a valid address`, `Give one such as ${DEFAULT_OPERATOR_URL}.`);
  const token = tokenFile === undefined ? null : readFile(tokenFile);
  if (token?.ok === false) return failed(`--token-file ${tokenFile}`, token.problem.message, token.problem.remedy);
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token.text.trim()}` };
  try {
    const response = await fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 401)
      return token === null
        ? failed(url, 'it requires the operator token', 'Give --token-file FILE.')
        : failed(url, 'it refuses this operator token', `Check that ${tokenFile} has the token of this control plane.`);
    const body: unknown = await response.json();
    if (response.ok && isObject(body)) return { ok: true, body };
    return failed(
      url,
      `the answer was ${response.status}`,
      'Check that this is the operator address of a control plane.',
    );
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return failed(
      url,
      `it cannot be reached (${errorCode(cause)})`,
      'Check the address, and that the control plane is running.',
    );
  }
}

/** The status of a control plane, with every host of its newest rollouts as `hosts`. */
export async function askStatus(flags: OperatorFlags): Promise<OperatorResponse> {
  const status = await askOperator(flags, '/v1/operator/status');
  if (!status.ok) return status;
  const hosts: unknown[] = [];
  for (let after: unknown = 0; typeof after === 'number';) {
    const page = await askOperator(flags, `/v1/operator/hosts?after=${after}&limit=${HOSTS_PER_PAGE}`);
    if (!page.ok) return page;
    // Safe for any list: its elements are checked where they are used.
    if (Array.isArray(page.body['hosts'])) hosts.push(...(page.body['hosts'] as readonly unknown[]));
    after = page.body['next'];
  }
  return { ok: true, body: { ...status.body, hosts } };
}

const HOSTS_PER_PAGE = 1000;

function failed(path: string, message: string, remedy: string): OperatorResponse {
  return { ok: false, problem: { path, message, remedy } };
}
