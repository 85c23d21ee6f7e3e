import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ControlPlaneAdapter } from '../testing/index.ts';
import { inTime } from '../testing/conformance/in-time.ts';
import type { Problem } from './problem.ts';

const SHAPE =
  'Export as default { open, read }, or a function of { url } that returns it: see docs/conformance-protocol.md.';

/** Loads the module that reaches into a control plane; `null`, and a problem, if it cannot be used. */
export async function loadAdapter(
  file: string | undefined,
  url: string,
  timeoutMs: number,
  problems: Problem[],
): Promise<ControlPlaneAdapter | null> {
  const where = file === undefined ? '--adapter' : `--adapter ${file}`;
  const refuse = (message: string, remedy: string = SHAPE): null => {
    problems.push({ path: where, message, remedy });
    return null;
  };
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    problems.push({
      path: `--url ${url}`,
      message: 'expected an http or https address',
      remedy: 'Give one, such as http://127.0.0.1:8080.',
    });
  }
  if (file === undefined) return refuse('with --url it must be given too', `Give a JavaScript module. ${SHAPE}`);
  if (!existsSync(file)) return refuse('there is no such file', 'Check the path.');
  try {
    const made = await inTime(timeoutMs, 'it', async (): Promise<unknown> => {
      const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
      return typeof module.default === 'function' ? await module.default({ url }) : module.default;
    });
    return isAdapter(made) ? made : refuse('its default export is no adapter');
  } catch (error) {
    return refuse(`it cannot be loaded: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}

const isAdapter = (value: unknown): value is ControlPlaneAdapter =>
  typeof value === 'object' &&
  value !== null &&
  'open' in value &&
  typeof value.open === 'function' &&
  'read' in value &&
  typeof value.read === 'function';
