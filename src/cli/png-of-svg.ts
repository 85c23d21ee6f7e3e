import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BROWSER_VARIABLE, chosenBrowser, installedBrowser } from './installed-browser.ts';
import type { Problem } from './problem.ts';

/** As many pixels for each of the drawing, so that small text stays sharp. */
const SCALE = 2;
/** A browser that does not come to an end must not hold the command for ever. */
const LIMIT_MS = 60_000;

export type PngResult =
  | { readonly ok: true; readonly png: Uint8Array }
  | { readonly ok: false; readonly problem: Problem };

/**
 * A picture in pixels. Fonts and anti-aliasing are the work of a browser, so one that is installed draws it; nothing is
 * asked of any network.
 */
export function pngOfSvg(
  svg: string,
  { width, height }: { readonly width: number; readonly height: number },
): PngResult {
  const browser = chosenBrowser(process.env) ?? installedBrowser(process.env);
  if (browser === null) return refused('there is no Chromium on the PATH to draw it');
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(tmpdir(), 'nixfleet-diagram-'));
    return drawIn(folder, browser, svg, { width, height });
  } catch (error) {
    return refused(`it could not be drawn: ${error instanceof Error ? error.message : 'unknown reason'}`);
  } finally {
    if (folder !== null) removeFolder(folder);
  }
}

function drawIn(
  folder: string,
  browser: string,
  svg: string,
  { width, height }: { readonly width: number; readonly height: number },
): PngResult {
  const [page, out] = [join(folder, 'chart.html'), join(folder, 'chart.png')];
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block}</style>${svg}`);
  const { status, error } = spawnSync(
    browser,
    [
      '--headless',
      '--disable-gpu',
      '--hide-scrollbars',
      // A browser that root starts refuses to run with its sandbox; what it shows was made here.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(folder, 'profile')}`,
      `--force-device-scale-factor=${SCALE}`,
      `--window-size=${Math.ceil(width)},${Math.ceil(height)}`,
      `--screenshot=${out}`,
      pathToFileURL(page).href,
    ],
    { stdio: 'ignore', timeout: LIMIT_MS },
  );
  if (status !== 0) return refused(`${browser} did not draw it (${error?.message ?? `exit code ${status}`})`);
  return { ok: true, png: readFileSync(out) };
}

/** Processes of the browser may still write into it; what cannot be removed is left to the system, and the picture is good. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch {
    // Left where the system removes such folders by itself.
  }
}

const refused = (message: string): PngResult => ({
  ok: false,
  problem: {
    path: '--format png',
    message,
    remedy: `Install Chromium or name one in ${BROWSER_VARIABLE}, or take svg, or export the picture from the page.`,
  },
});
