import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from './problem.ts';

const VARIABLE = 'CHROMIUM_PATH';
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

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
  const browser = findBrowser();
  if (browser === null) return refused('there is no Chromium on the PATH to draw it');
  const folder = mkdtempSync(join(tmpdir(), 'nixfleet-diagram-'));
  try {
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
  } catch (error) {
    return refused(`it could not be drawn: ${error instanceof Error ? error.message : 'unknown reason'}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findBrowser(): string | null {
  const chosen = process.env[VARIABLE] ?? '';
  if (chosen !== '') return chosen;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...COMMANDS.flatMap((name) => folders.map((folder) => join(folder, name))), ...USUAL_PLACES];
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const refused = (message: string): PngResult => ({
  ok: false,
  problem: {
    where: '--format png',
    message,
    fix: `Install Chromium or name one in ${VARIABLE}, or take svg, or export the picture from the page.`,
  },
});
